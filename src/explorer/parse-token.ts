/** The bare token in what was typed or pasted: without surrounding whitespace or a leading `Bearer`. */
export function parseToken(value: string): string {
  return value.trim().replace(/^bearer(\s+|$)/i, '');
}
