import { errors, type JWTPayload, jwtVerify } from 'jose';
import { AppError } from '../errors.ts';
import { type AccessClaims, CLOCK_TOLERANCE_SECONDS, parseClaims } from './claims.ts';
import { ownMember, parseCompact } from './compact.ts';
import type { TrustedIssuer } from './issuer.ts';
import { invalidToken } from './refusal.ts';

/** A token that its issuer signed for this gateway and that is valid now. */
export interface VerifiedToken {
  readonly issuer: TrustedIssuer;
  readonly claims: AccessClaims;
  /** The generation of the issuer's keys when verification began; see `KeySource.generation`. */
  readonly generation: number;
}

/**
 * Verifies a JWT access token (RFC 9068, with the care of RFC 8725): structure, signature, type,
 * issuer, audience, times and the shape of every claim that is used later. The store has not been
 * looked up, and neither ceilings nor gates have cut the scopes.
 *
 * @throws AppError INVALID_TOKEN with the reason in `detail`; UNAVAILABLE when the issuer's keys
 * cannot be had.
 */
export async function verifyAccessToken(
  token: string,
  issuers: ReadonlyMap<string, TrustedIssuer>,
  clock: () => Date,
): Promise<VerifiedToken> {
  const issuer = chooseIssuer(token, issuers);
  const generation = issuer.keys.generation();
  const now = clock();
  const payload = await verifySignature(token, issuer, now);
  return { issuer, generation, claims: parseClaims(payload, issuer.storeClaim, now) };
}

/**
 * The trusted issuer that the token names. The name has **not been verified**: it only decides whose
 * keys may try. It is compared whole and exactly (RFC 8725 section 3.8).
 */
function chooseIssuer(token: string, issuers: ReadonlyMap<string, TrustedIssuer>): TrustedIssuer {
  const name = ownMember(parseCompact(token).payload, 'iss');
  if (typeof name !== 'string') throw invalidToken('"iss" is missing or not a string');
  const issuer = issuers.get(name);
  if (issuer === undefined) throw invalidToken('"iss" is not a trusted issuer');
  return issuer;
}

async function verifySignature(
  token: string,
  issuer: TrustedIssuer,
  now: Date,
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, issuer.keys.resolve, {
      issuer: issuer.issuer,
      audience: issuer.audience,
      algorithms: [...issuer.algorithms],
      typ: 'at+jwt',
      requiredClaims: ['exp', 'iss', 'aud', 'sub', 'client_id'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: now,
    });
    return payload;
  } catch (error) {
    if (error instanceof AppError) throw error;
    // Only the message: jose's claim errors carry the whole payload, which is not for the log.
    if (error instanceof errors.JOSEError) throw invalidToken(error.message);
    throw invalidToken("the issuer's key cannot be used for this", error);
  }
}
