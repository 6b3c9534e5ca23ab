import { duplicateMember } from './json-members.ts';
import { invalidToken } from './refusal.ts';

/** The longest token that is looked at, in characters. */
export const MAX_TOKEN_LENGTH = 8192;

/** A JSON object of a token. A member counts only when it is the object's own. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** What a token says before anything in it has been verified. */
export interface UnverifiedToken {
  readonly header: JsonObject;
  readonly payload: JsonObject;
}

/**
 * Takes a compact JWS (RFC 7515 section 7.1) apart. **Nothing has been verified**: no signature, no
 * claim. Checked is only that there is one way to read it: three canonical base64url parts, the
 * first two UTF-8 JSON objects without a repeated name, and no header that would change how the
 * rest is read (`crit`, `b64`). Key material in the header (`jwk`, `jku`, `x5c`, `x5u`) is not read.
 *
 * @throws AppError INVALID_TOKEN
 */
export function parseCompact(token: string): UnverifiedToken {
  if (token.length > MAX_TOKEN_LENGTH) {
    throw invalidToken(`the token is longer than ${MAX_TOKEN_LENGTH} characters`);
  }
  const parts = token.split('.');
  if (parts.length === 5) throw invalidToken('the token has five parts: it is encrypted (JWE)');
  if (parts.length !== 3) throw invalidToken('the token does not have three parts');
  const [header, payload] = parts.map(decodePart);
  const unverified = {
    header: parseObject(header, 'header'),
    payload: parseObject(payload, 'payload'),
  };
  for (const name of ['crit', 'b64']) {
    if (Object.hasOwn(unverified.header, name)) throw invalidToken(`the header has "${name}"`);
  }
  return unverified;
}

/** The object's own member of that name; undefined when it has none. */
export function ownMember(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function decodePart(part: string): Buffer {
  if (part === '') throw invalidToken('a part of the token is empty');
  const bytes = Buffer.from(part, 'base64url');
  // Decoders accept stray bits, padding and foreign characters; one token must have one spelling.
  if (bytes.toString('base64url') !== part) {
    throw invalidToken('a part of the token is not canonical base64url');
  }
  return bytes;
}

function parseObject(bytes: Buffer | undefined, what: string): JsonObject {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(text);
  } catch {
    throw invalidToken(`the ${what} is not JSON`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidToken(`the ${what} is not a JSON object`);
  }
  if (duplicateMember(text) !== null) throw invalidToken(`the ${what} has a member twice`);
  return value as JsonObject;
}
