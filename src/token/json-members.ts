const TOKENS = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}]/g;

/**
 * The first member name that occurs twice in one object of a JSON text, at any depth, or null.
 * `JSON.parse` would keep the last of the two and others the first (RFC 8259 section 4), so that
 * two readers of one signed text could disagree. The text must already be known to be valid JSON.
 */
export function duplicateMember(json: string): string | null {
  const objects: Set<string>[] = [];
  for (const [token, colon] of json.matchAll(TOKENS)) {
    if (token === '{') objects.push(new Set());
    else if (token === '}') objects.pop();
    else if (colon !== undefined) {
      // Parsed, because "\u0069ss" and "iss" are one name.
      const name: string = JSON.parse(token.slice(0, -colon.length));
      const names = objects.at(-1);
      if (names?.has(name)) return name;
      names?.add(name);
    }
  }
  return null;
}
