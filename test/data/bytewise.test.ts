import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareBytewise, lowerCase } from '../../src/data/bytewise.ts';

/** Text that UTF-8 can hold, often with a common beginning. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('a', 'é', '\ud7ff', '\ue000', '\uffff', '\u{10000}') }),
);

describe('text', () => {
  it('is compared by the bytes of its UTF-8', () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        const right = Buffer.compare(Buffer.from(one), Buffer.from(other));
        expect(compareBytewise(one, other)).toBe(right);
      }),
      {
        numRuns: 2_000,
        examples: [
          ['\uff21', '\u{1f600}'],
          ['a', 'a'],
          ['', 'a'],
          ['ab', 'a'],
        ],
      },
    );
  });

  it('becomes lower case character by character, whatever stands beside them', () => {
    expect(lowerCase('Zoë@EXAMPLE.com')).toBe('zoë@example.com');
    expect(lowerCase('ΟΔΟΣ')).toBe('οδοσ');
    expect(lowerCase('İI')).toBe('ii');
    expect(lowerCase('\u{10400}ẞ')).toBe('\u{10428}ß');
  });
});
