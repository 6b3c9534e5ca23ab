import { type JsonObject, ownMember } from './compact.ts';
import { invalidToken } from './refusal.ts';

/** How far the clocks of issuer and gateway may differ. */
export const CLOCK_TOLERANCE_SECONDS = 5;

/** 9999-12-31T23:59:59Z. Beyond it lie milliseconds given for seconds, and tokens that never end. */
const LAST_SECOND = 253_402_300_799;

/** RFC 6749 section 3.3: names of printable ASCII without quote and backslash, separated by U+0020 only. */
const SCOPE = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/** Control characters, lone surrogates, line and paragraph separators. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

/** The claims that matter here, each of the type that RFC 9068 section 2.2 gives it. */
export interface AccessClaims {
  readonly subject: string;
  readonly clientId: string;
  /** Empty when the token has no `scope`: absence grants nothing. */
  readonly scope: string;
  /** What the token calls its store; whether such a store exists has not been checked. */
  readonly store: string;
  readonly expiresAt: Date;
}

/**
 * Reads the claims of a payload **whose signature, issuer, audience, type and times jose has already
 * verified**, and makes the checks it leaves to others (RFC 8725 section 3, RFC 9068 section 2).
 *
 * @throws AppError INVALID_TOKEN naming the claim in `detail`.
 */
export function parseClaims(payload: JsonObject, storeClaim: string, now: Date): AccessClaims {
  if (Object.hasOwn(payload, 'cnf')) {
    // RFC 7800: without the proof of possession it would be worth as much as any stolen token.
    throw invalidToken('"cnf": a sender-constrained token was sent as a plain bearer token');
  }
  const expires = readTime(payload, 'exp');
  if (expires === undefined) throw invalidToken('"exp" is missing');
  const issuedAt = readTime(payload, 'iat');
  if (issuedAt !== undefined && issuedAt > now.getTime() / 1000 + CLOCK_TOLERANCE_SECONDS) {
    throw invalidToken('"iat" is in the future');
  }
  readTime(payload, 'nbf');
  if (Object.hasOwn(payload, 'jti')) readName(payload, 'jti');
  checkAudience(ownMember(payload, 'aud'));
  return {
    subject: readName(payload, 'sub'),
    clientId: readName(payload, 'client_id'),
    scope: readScope(payload),
    store: readName(payload, storeClaim),
    expiresAt: new Date(expires * 1000),
  };
}

function readTime(payload: JsonObject, claim: string): number | undefined {
  if (!Object.hasOwn(payload, claim)) return undefined;
  const value = payload[claim];
  if (typeof value !== 'number' || !(value >= 0 && value <= LAST_SECOND)) {
    throw invalidToken(`"${claim}" is not a sensible number of seconds`);
  }
  return value;
}

function readName(payload: JsonObject, claim: string): string {
  const value = ownMember(payload, claim);
  if (typeof value !== 'string' || value.trim() === '' || UNPRINTABLE.test(value)) {
    throw invalidToken(`"${claim}" is not a non-empty string of printable characters`);
  }
  return value;
}

function readScope(payload: JsonObject): string {
  if (!Object.hasOwn(payload, 'scope')) return '';
  const { scope } = payload;
  if (typeof scope !== 'string') throw invalidToken('"scope" is not a string');
  if (!SCOPE.test(scope)) throw invalidToken('"scope" has a character that scopes cannot have');
  return scope;
}

function checkAudience(audience: unknown): void {
  const all = Array.isArray(audience) ? audience : [audience];
  if (!all.every((value) => typeof value === 'string' && value !== '')) {
    throw invalidToken('"aud" is neither a string nor a list of strings');
  }
}
