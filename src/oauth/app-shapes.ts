import * as z from 'zod';
import { AppError } from '../errors.ts';
import { isGated, isScope, SCOPES } from '../scopes/catalogue.ts';

/** What `http` may be used for: a host that is this machine. */
const LOOPBACKS: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/** What an authorization response puts into the query, and so must not be there already. */
const RESPONSE_PARAMETERS = ['code', 'state', 'iss', 'error', 'error_description', 'scope'];

/** Control characters, line separators, lone surrogates, and what turns the direction of a text. */
const UNSHOWABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

const MOST_REDIRECT_URIS = 20;

/** Why a URL cannot be used, as a sentence; null when it can. */
function problemOf(given: string, { loopback }: { readonly loopback: boolean }): string | null {
  if (given.length > 2_048) return 'It has at most 2048 characters.';
  if (!URL.canParse(given)) return 'It is not an absolute URL.';
  const url = new URL(given);
  const isLoopback = loopback && url.protocol === 'http:' && LOOPBACKS.includes(url.hostname);
  if (url.protocol !== 'https:' && !isLoopback) {
    return loopback
      ? `It is an https URL, or an http one on ${LOOPBACKS.join(', ')}.`
      : 'It is an https URL.';
  }
  if (url.username !== '' || url.password !== '') return 'It has no user name and no password.';
  if (given.includes('#')) return 'It has no fragment.';
  if (url.hostname.includes('*')) return 'It has no wildcard: it is compared whole.';
  // It is compared character by character, so there is one way to write it.
  if (url.href !== given && url.href !== `${given}/`) return `Write it as ${url.href}.`;
  return null;
}

const address = (rule: { readonly loopback: boolean }) =>
  z.string().superRefine((given, { addIssue }) => {
    const problem = problemOf(given, rule);
    if (problem !== null) addIssue({ code: 'custom', message: problem });
  });

const redirectUri = address({ loopback: true }).superRefine((given, { addIssue }) => {
  if (!URL.canParse(given)) return;
  const taken = RESPONSE_PARAMETERS.find((name) => new URL(given).searchParams.has(name));
  if (taken !== undefined) {
    addIssue({ code: 'custom', message: `Its query has "${taken}", which the answer sets.` });
  }
});

/** A name as it can be shown: one line, of at most 80 characters. */
export const shownText = z
  .string()
  .trim()
  .min(1, 'It has at least one character.')
  .max(80, 'It has at most 80 characters.')
  .refine((given) => !UNSHOWABLE.test(given), 'It has only characters that can be shown.');

const redirectUris = z
  .array(redirectUri)
  .min(1, 'There is at least one.')
  .max(MOST_REDIRECT_URIS, `There are at most ${MOST_REDIRECT_URIS}.`)
  .refine((given) => new Set(given).size === given.length, 'Each is there once.');

const scopeName = z.string().refine(isScope, {
  error: ({ input }) => `${JSON.stringify(input)} is no scope. "scopes list" shows what there is.`,
});

/** The part of an app's registration that may be changed later. */
const CHANGEABLE = {
  name: shownText,
  /** Who offers the app. */
  publisher: shownText.nullable(),
  redirectUris,
  requiredScopes: z.array(scopeName),
  optionalScopes: z.array(scopeName),
  logoUrl: address({ loopback: false }).nullable(),
  privacyPolicyUrl: address({ loopback: false }).nullable(),
  appUrl: address({ loopback: true }).nullable(),
  accessTokenFormat: z.enum(['OPAQUE', 'JWT'], { error: 'It is OPAQUE or JWT.' }),
};

export const APP_CHANGES = z.strictObject(CHANGEABLE).partial();

export const APP_DRAFT = z.strictObject({
  ...CHANGEABLE,
  visibility: z.enum(['PUBLIC', 'PRIVATE'], { error: 'It is PUBLIC or PRIVATE.' }),
  optionalScopes: CHANGEABLE.optionalScopes.default([]),
  publisher: CHANGEABLE.publisher.default(null),
  logoUrl: CHANGEABLE.logoUrl.default(null),
  privacyPolicyUrl: CHANGEABLE.privacyPolicyUrl.default(null),
  appUrl: CHANGEABLE.appUrl.default(null),
  accessTokenFormat: CHANGEABLE.accessTokenFormat.default('OPAQUE'),
  /** A store's id or domain. */
  ownerStore: z.string().nullable().default(null),
});

/**
 * What was given, checked.
 *
 * @throws AppError INVALID_INPUT with every problem, each naming its member.
 */
export function parseShape<T extends z.ZodType>(shape: T, given: unknown): z.output<T> {
  const parsed = shape.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) =>
    path.length === 0 ? `${message}.` : `${path.join('.')}: ${message}`,
  );
  throw invalid(problems.join(' '));
}

/** What an app declares, checked as a whole. */
export interface Declaration {
  readonly visibility: 'PUBLIC' | 'PRIVATE';
  readonly requiredScopes: readonly string[];
  readonly optionalScopes: readonly string[];
}

/**
 * Refuses a declaration that names no scope or one scope twice, and one of a private app that names an admin-gated
 * scope: nobody reviews a private app.
 *
 * @throws AppError INVALID_INPUT
 */
export function checkDeclaration(declaration: Declaration): void {
  const { visibility, requiredScopes, optionalScopes } = declaration;
  const names = [...requiredScopes, ...optionalScopes];
  if (names.length === 0) throw invalid('An app declares at least one scope.');
  const twice = names.find((scope, index) => names.indexOf(scope) !== index);
  if (twice !== undefined) throw invalid(`${twice} is declared twice; it is required or optional.`);
  const gated = SCOPES.filter(({ name }) => isGated(name) && names.includes(name));
  if (visibility === 'PRIVATE' && gated.length > 0) {
    throw invalid(
      `A private app cannot ask for ${gated.map(({ name }) => name).join(', ')}: admin-gated scopes are for public apps that the platform approved.`,
    );
  }
}

/** What the caller of a platform function did wrong. */
export const invalid = (message: string): AppError => new AppError('INVALID_INPUT', message);
