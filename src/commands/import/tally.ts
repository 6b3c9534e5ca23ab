import type { ImportCounts, ImportTally, ImportWarning } from '../../data/tables/imports.ts';

/** Distinct warnings that are listed; further ones are only counted. */
const MOST_WARNINGS = 100;

const NONE: ImportCounts = { created: 0, updated: 0, unchanged: 0, kept: 0, refused: 0, valid: 0 };

export const EMPTY_TALLY: ImportTally = { counts: {}, warnings: [], moreWarnings: 0 };

/** Adds to a tally, which itself stays as it is: what a batch that is undone has counted is forgotten. */
export class TallyDraft {
  readonly #counts: Record<string, ImportCounts>;
  readonly #warnings: Map<string, ImportWarning>;
  #moreWarnings: number;

  constructor({ counts, warnings, moreWarnings }: ImportTally) {
    this.#counts = { ...counts };
    this.#warnings = new Map(warnings.map((warning) => [keyOf(warning), warning]));
    this.#moreWarnings = moreWarnings;
  }

  count(type: string, fate: keyof ImportCounts): void {
    const before = this.#counts[type] ?? NONE;
    this.#counts[type] = { ...before, [fate]: before[fate] + 1 };
  }

  warn(line: number, warning: Pick<ImportWarning, 'field' | 'value' | 'message'>): void {
    const key = keyOf(warning);
    const before = this.#warnings.get(key);
    if (before !== undefined) this.#warnings.set(key, { ...before, times: before.times + 1 });
    else if (this.#warnings.size >= MOST_WARNINGS) this.#moreWarnings += 1;
    else this.#warnings.set(key, { ...warning, firstLine: line, times: 1 });
  }

  done(): ImportTally {
    return {
      counts: { ...this.#counts },
      warnings: [...this.#warnings.values()],
      moreWarnings: this.#moreWarnings,
    };
  }
}

const keyOf = ({ field, value, message }: Pick<ImportWarning, 'field' | 'value' | 'message'>) =>
  JSON.stringify([field, value, message]);

/** How many lines were refused. */
export const refusedIn = ({ counts }: ImportTally): number =>
  Object.values(counts).reduce((sum, { refused }) => sum + refused, 0);
