/** Surrogates stand for what comes after all other characters, but their own numbers do not. */
function rankOf(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** Compares text by the bytes of its UTF-8, as PostgreSQL's collation "C" does: -1, 0 or 1. */
export function compareBytewise(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index += 1) {
    const [left, right] = [one.charCodeAt(index), other.charCodeAt(index)];
    if (left !== right) return Math.sign(rankOf(left) - rankOf(right));
  }
  return Math.sign(one.length - other.length);
}

/** In lower case as PostgreSQL does it with UTF-8: each character by itself, and into one. */
export function lowerCase(text: string): string {
  return text.replace(/\P{ASCII}|[A-Z]/gu, (character) => {
    const [lower = character] = character.toLowerCase();
    return lower;
  });
}
