import { nameOf, type Problem, problem } from './problems.ts';

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** The object that a line holds, null for an empty line, or what is wrong with it. */
export type ReadObject =
  | { readonly object: Readonly<Record<string, unknown>> | null }
  | { readonly problems: readonly [Problem, ...Problem[]] };

/** One of a surrogate pair without the other. */
const HALF = /\p{Surrogate}/u;

/** Far more levels than any field has. */
const DEEPEST = 20;

/** Reads a line as JSON. What no text of the database could hold is a problem of its own. */
export function readJson(bytes: Buffer): ReadObject {
  let text: string;
  try {
    text = UTF8.decode(bytes);
  } catch {
    return { problems: [problem(null, 'The line is not valid UTF-8.')] };
  }
  if (text.trim() === '') return { object: null };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problems: [problem(null, 'The line is not valid JSON.')] };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { problems: [problem(null, 'The line is not a JSON object.')] };
  }
  // Both can only be written as escapes.
  const [first, ...others] = text.includes('\\u') ? unstorable(value, []) : [];
  return first ? { problems: [first, ...others] } : { object: value as Record<string, unknown> };
}

/** Texts that UTF-8 or the database cannot hold. */
function unstorable(value: unknown, path: readonly PropertyKey[]): Problem[] {
  if (typeof value === 'string') {
    if (value.includes('\0')) return [problem(nameOf(path), 'It holds a NUL character.')];
    if (HALF.test(value)) return [problem(nameOf(path), 'It holds half of a character.')];
    return [];
  }
  if (path.length > DEEPEST) return [problem(nameOf(path.slice(0, 1)), 'It goes too deep.')];
  if (Array.isArray(value)) return value.flatMap((item, at) => unstorable(item, [...path, at]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => unstorable(item, [...path, key]));
}
