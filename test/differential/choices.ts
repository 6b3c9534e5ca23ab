import fc from 'fast-check';

/**
 * A finite source of choices. When it is used up every answer is 0, so whoever asks must make 0 the smallest of
 * its alternatives: then a case ends, and taking bytes away makes it smaller.
 */
export class Choices {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** A whole number below `end`, which is at most 256. */
  below(end: number): number {
    const byte = this.#bytes[this.#at] ?? 0;
    this.#at += 1;
    return byte % end;
  }

  /** True once in so many times. */
  oneIn(times: number): boolean {
    return this.below(times) === times - 1;
  }

  /** What is left of the source. */
  rest(): Uint8Array {
    return this.#bytes.subarray(this.#at);
  }

  pick<T>(values: readonly T[]): T {
    const value = values[this.below(values.length)];
    if (value === undefined) throw new RangeError('There is nothing to pick from.');
    return value;
  }

  /** Each value with the same chance, in their order. */
  some<T>(values: readonly T[], oneIn: number): T[] {
    return values.filter(() => this.oneIn(oneIn));
  }
}

/** The bytes of sources of choices; fast-check shrinks them to fewer and smaller ones. */
export const choices = (minLength: number, maxLength: number) =>
  fc.uint8Array({ minLength, maxLength, size: 'max' });
