import cluster, { type Worker } from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartError } from '../errors.ts';
import type { Logger } from '../telemetry/logger.ts';
import { STOP, type WorkerNews } from './worker-messages.ts';

/** The least time until a worker that ended is replaced; it doubles with each that ended in the last minute. */
const LEAST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
const REMEMBERED_MS = 60_000;

/** So many in a row that cannot start, while no other runs, are the end. */
const MOST_FAILURES = 5;

/** How a worker ended. */
interface End {
  readonly code: number | null;
  readonly signal: string | null;
}

/** The workers of this process, each of which is replaced when it ends. */
export class Crew {
  /** Rejects with the problems of the last worker when none runs any more and none can be started. */
  readonly failed: Promise<never>;
  readonly #logger: Logger;
  readonly #stopping = new AbortController();
  readonly #alive = new Map<Worker, Promise<End>>();
  #ready = 0;
  #failures = 0;
  #ends: number[] = [];
  #giveUp: (error: unknown) => void = () => {};

  constructor(logger: Logger) {
    this.#logger = logger;
    this.failed = new Promise((_, reject) => {
      this.#giveUp = reject;
    });
    this.failed.catch(() => {});
  }

  /**
   * Starts one and gives the address that it listens on.
   *
   * @throws StartError when it ends before it is ready.
   */
  async start(): Promise<string> {
    const worker = cluster.fork();
    const ended = endOf(worker);
    this.#alive.set(worker, ended);
    void ended.then(() => this.#alive.delete(worker));
    const news = await Promise.race([newsOf(worker), ended.then(unsaid)]);
    if (news.kind === 'refused') throw new StartError(news.problems);
    this.#ready += 1;
    this.#failures = 0;
    const { pid } = worker.process;
    this.#logger.info({ pid }, 'a worker is ready');
    void ended.then((end) => {
      this.#ready -= 1;
      if (this.#stopping.signal.aborted) return;
      this.#logger.error({ pid, ...end }, 'a worker ended and is replaced');
      return this.#replace();
    });
    return news.url;
  }

  async #replace(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await sleep(this.#pause(), null, { signal }).catch(() => {});
      if (signal.aborted) return;
      try {
        await this.start();
        return;
      } catch (error) {
        this.#failures += 1;
        if (this.#ready === 0 && this.#failures >= MOST_FAILURES) return this.#giveUp(error);
        this.#logger.error({ detail: String(error) }, 'a worker cannot be started');
      }
    }
  }

  #pause(): number {
    const now = performance.now();
    this.#ends = [...this.#ends.filter((end) => now - end < REMEMBERED_MS), now];
    return Math.min(LEAST_PAUSE_MS * 2 ** (this.#ends.length - 1), LONGEST_PAUSE_MS);
  }

  /**
   * Tells all to finish, starts no other, and kills those that are not done after so many milliseconds. Whether each of
   * them ended well.
   */
  async stop(milliseconds: number): Promise<boolean> {
    this.#stopping.abort();
    // One that has just died cannot be told, and need not be.
    for (const worker of this.#alive.keys()) worker.send(STOP, () => {});
    const timer = setTimeout(() => {
      for (const worker of this.#alive.keys()) worker.process.kill('SIGKILL');
    }, milliseconds);
    const ends = await Promise.all(this.#alive.values());
    clearTimeout(timer);
    return ends.every(({ code }) => code === 0);
  }
}

const newsOf = (worker: Worker) =>
  new Promise<WorkerNews>((resolve) => {
    worker.once('message', resolve);
  });

/** When it has ended and all that it sent has arrived. */
const endOf = (worker: Worker) =>
  new Promise<End>((resolve) => {
    worker.once('exit', (code, signal) => {
      if (worker.isConnected()) worker.once('disconnect', () => resolve({ code, signal }));
      else resolve({ code, signal });
    });
    // Also for a message that did not reach one which is about to end; only where none was made, no other event comes.
    worker.on('error', () => {
      if (worker.process.pid === undefined) resolve({ code: null, signal: null });
    });
  });

function unsaid({ code, signal }: End): WorkerNews {
  const how = signal ? `by ${signal}` : `with code ${code}`;
  return {
    kind: 'refused',
    problems: [`A worker ended ${how} before it was ready. What it said stands above.`],
  };
}
