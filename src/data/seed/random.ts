const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const CAPITALS = '0123456789ABCDEFGHJKLMNPRSTUVWXY';
const LETTERS = 'ABCDEFGHJKMNPQRSTVWXYZ';
const ID_LENGTH = 20;

/** Values with how often each is drawn, relative to the others. */
export type Weighted<T> = readonly (readonly [value: T, weight: number])[];

/**
 * Repeatable randomness: the same seed gives the same sequence everywhere. sfc32, so 128 bits of
 * state, which keeps the ids drawn from it apart. Not for secrets.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: string) {
    this.#a = hash(seed, 0x9e3779b9);
    this.#b = hash(seed, 0x243f6a88);
    this.#c = hash(seed, 0xb7e15162);
    for (let round = 0; round < 12; round += 1) this.next();
  }

  /** An unsigned 32-bit integer. */
  next(): number {
    const out = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + out) | 0;
    return out >>> 0;
  }

  /** At least 0, below 1. */
  unit(): number {
    return this.next() / 0x1_0000_0000;
  }

  /** An integer, both ends included. */
  int(min: number, max: number): number {
    return min + Math.floor(this.unit() * (max - min + 1));
  }

  /** At least `min`, below `max`. */
  between(min: number, max: number): number {
    return min + this.unit() * (max - min);
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  /** One of the values; an empty list is the caller's mistake. */
  pick<T>(values: readonly T[]): T {
    const value = values[this.int(0, values.length - 1)];
    if (value === undefined) throw new TypeError('pick: nothing to pick from');
    return value;
  }

  /** One of the values, by weight; an empty list is the caller's mistake. */
  weighted<T>(choices: Weighted<T>): T {
    let rest = this.unit() * choices.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [value, weight] of choices) {
      rest -= weight;
      if (rest < 0) return value;
    }
    throw new TypeError('weighted: nothing to pick from');
  }

  /** The values in another order. */
  shuffle<T>(values: readonly T[]): T[] {
    return values
      .map((value) => [this.next(), value] as const)
      .sort(([one], [other]) => one - other)
      .map(([, value]) => value);
  }

  /** So many of the values, or all there are, each at most once and by weight. */
  sample<T>(choices: Weighted<T>, count: number): T[] {
    return choices
      .map(([value, weight]) => [this.unit() ** (1 / weight), value] as const)
      .sort(([one], [other]) => other - one)
      .slice(0, count)
      .map(([, value]) => value);
  }

  /** The pattern with each `#` a digit and each `@` a digit or capital letter. */
  fill(pattern: string): string {
    return pattern.replace(/[#@]/g, (sign) =>
      sign === '#' ? String(this.next() % 10) : CAPITALS.charAt(this.next() & 31),
    );
  }

  /** A capital letter after each digit: never a run of digits that reads like a number. */
  code(pairs: number): string {
    const pair = () => `${this.next() % 10}${LETTERS.charAt(this.next() % LETTERS.length)}`;
    return Array.from({ length: pairs }, pair).join('');
  }

  /** An opaque id: the prefix and 100 bits in base 32. */
  id(prefix: string): string {
    let id = `${prefix}_`;
    for (let left = ID_LENGTH; left > 0; left -= 5) {
      const bits = this.next();
      for (let shift = 0; shift < 25; shift += 5) id += ALPHABET[(bits >>> shift) & 31];
    }
    return id;
  }
}

/** Draws from many values by weight, each draw in logarithmic time. */
export class Lottery<T> {
  readonly #values: readonly T[];
  readonly #sums: readonly number[];

  constructor(choices: Weighted<T>) {
    let sum = 0;
    this.#values = choices.map(([value]) => value);
    this.#sums = choices.map(([, weight]) => {
      sum += weight;
      return sum;
    });
  }

  draw(random: Random): T {
    const target = random.unit() * (this.#sums.at(-1) ?? 0);
    let low = 0;
    let high = this.#sums.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sums[middle] ?? 0) > target) high = middle;
      else low = middle + 1;
    }
    const value = this.#values[low];
    if (value === undefined) throw new TypeError('draw: nothing to draw from');
    return value;
  }
}

/**
 * Deals values by weight, each of them once before any comes again: so that a few dozen draws leave
 * out none of them.
 */
export class Deck<T> {
  readonly #values: readonly T[];
  readonly #extra: readonly T[];
  #left: T[] = [];

  /** `choices` are values with how many copies of each a round has. */
  constructor(choices: Weighted<T>) {
    this.#values = choices.map(([value]) => value);
    this.#extra = choices.flatMap(([value, copies]) => Array<T>(copies - 1).fill(value));
  }

  /** The next value that fits; that none of them ever does is the caller's mistake. */
  draw(random: Random, fits: (value: T) => boolean = () => true): T {
    if (!this.#left.some(fits)) {
      this.#left.push(...random.shuffle(this.#values), ...random.shuffle(this.#extra));
    }
    const [value] = this.#left.splice(this.#left.findIndex(fits), 1);
    if (value === undefined || !fits(value)) throw new TypeError('draw: no value of the deck fits');
    return value;
  }
}

/** FNV-1a over the seed's UTF-16 units. */
function hash(text: string, start: number): number {
  let value = start;
  for (let at = 0; at < text.length; at += 1) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  }
  return value;
}
