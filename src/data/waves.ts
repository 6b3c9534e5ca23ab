import { decodeRows } from './cells.ts';
import type { Load, Session, Source, SourceRow } from './source.ts';

interface Pending {
  readonly load: Load;
  readonly resolve: (rows: readonly SourceRow[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Gathers what one depth of an operation needs, whichever loader asks, into one round trip. */
export class Waves {
  readonly #source: Source;
  readonly #session: Session;
  #dispatches: (() => void)[] = [];
  #pending: Pending[] = [];

  constructor(source: Source, session: Session) {
    this.#source = source;
    this.#session = session;
  }

  /** For DataLoader's `batchScheduleFn`: runs when no resolver of this depth is left to run. */
  readonly schedule = (dispatch: () => void): void => {
    this.#dispatches.push(dispatch);
    if (this.#dispatches.length === 1) {
      // A tick after the promise jobs, as DataLoader's own scheduling does.
      Promise.resolve().then(() => process.nextTick(() => this.#run()));
    }
  };

  /** Adds a load to the wave that is being gathered; to be called from a scheduled dispatch. */
  load(load: Load): Promise<readonly SourceRow[]> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ load, resolve, reject });
    });
  }

  #run(): void {
    const dispatches = this.#dispatches;
    this.#dispatches = [];
    for (const dispatch of dispatches) dispatch();
    const wave = this.#pending;
    this.#pending = [];
    if (wave.length > 0) void this.#send(wave);
  }

  async #send(wave: readonly Pending[]): Promise<void> {
    try {
      const loads = wave.map(({ load }) => load);
      const batches = await this.#source.wave(this.#session, loads);
      wave.forEach(({ load, resolve }, index) => {
        resolve(decodeRows(load, batches[index] ?? []));
      });
    } catch (error) {
      for (const { reject } of wave) reject(error);
    }
  }
}
