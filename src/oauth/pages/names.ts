const LONGEST = 80;

/** Control characters, and those that turn the direction of the text around them. */
const INVISIBLE = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * A name that somebody chose, fit to stand in a sentence: on one line, at most 80 characters, without what changes
 * the text around it. One that shows nothing becomes "(no name)".
 */
export function plainName(name: string): string {
  const text = name.replace(/\s+/gu, ' ').replace(INVISIBLE, '').trim();
  if (!/[\p{L}\p{N}\p{S}\p{P}]/u.test(text)) return '(no name)';
  const graphemes = [...GRAPHEMES.segment(text)];
  if (graphemes.length <= LONGEST) return text;
  const kept = graphemes.slice(0, LONGEST - 1).map(({ segment }) => segment);
  return `${kept.join('').trimEnd()}…`;
}

/** The first letter or digit of a name, to stand where a logo is missing. */
export function monogram(name: string): string {
  const first = [...GRAPHEMES.segment(plainName(name))].find(({ segment }) =>
    /^[\p{L}\p{N}]/u.test(segment),
  );
  return (first?.segment ?? '·').toLocaleUpperCase('en');
}
