import * as z from 'zod';
import { isScope } from '../scopes/catalogue.ts';
import { ScopeSet } from '../scopes/scope-set.ts';
import { ALGORITHMS, type Algorithm, isAlgorithm } from './issuer.ts';
import { duplicateMember } from './json-members.ts';

/** One entry of SCOPEGATE_ISSUERS, checked, with its defaults filled in. */
export interface IssuerSettings {
  readonly issuer: string;
  readonly audience: string;
  /** An https address or the path of a file. */
  readonly jwks: string;
  readonly algorithms: readonly Algorithm[];
  readonly storeClaim: string;
  readonly stores: readonly string[] | null;
  readonly scopes: ScopeSet;
}

/** The settings that could be read, and what is wrong with the others. */
export interface ParsedIssuers {
  /** Empty unless `problems` is. */
  readonly settings: readonly IssuerSettings[];
  /** Complete sentences, each naming the entry and the remedy. */
  readonly problems: readonly string[];
}

/** Issuers that only this gateway itself may be. */
const RESERVED = 'urn:scopegate:';

const text = (name: string, meaning: string) => {
  const error = `needs "${name}", a non-empty string: ${meaning}`;
  return z.string({ error }).refine((value) => value.trim() !== '', { error });
};

const list = (name: string, remedy: string) => {
  const error = `has a "${name}" that is not a list of non-empty strings; ${remedy}`;
  return z
    .array(
      z.string({ error }).refine((value) => value.trim() !== '', { error }),
      { error },
    )
    .min(1, { error: `has an empty "${name}"; ${remedy}` });
};

const ANY_STORE = 'name ids or domains of stores, or leave it out to allow any store';
const ANY_SCOPE = 'name scopes of the catalogue, or leave it out to allow what the tokens say';
const ANY_ALGORITHM = `use some of ${ALGORITHMS.join(', ')}, or leave it out to allow all of them`;

const jwks = text('jwks', 'the https address of its key set, or the path of a file').superRefine(
  (value, context) => {
    const problem = jwksProblem(value);
    if (problem !== null) context.addIssue(problem);
  },
);

function jwksProblem(value: string): string | null {
  if (!/^[a-z][a-z0-9+.-]+:/i.test(value)) return null;
  if (/^http:/i.test(value)) {
    return 'fetches its keys over http, where anybody on the way could replace them; use https in "jwks"';
  }
  if (!/^https:/i.test(value)) {
    return 'has a "jwks" that is neither an https address nor a path; use one of the two';
  }
  const url = /^https:\/\/[^/]/i.test(value) && URL.canParse(value) ? new URL(value) : null;
  if (url === null) return 'has a "jwks" that is not a valid address; write https://host/path';
  if (url.username !== '' || url.password !== '') {
    return 'has credentials in the address of "jwks"; public keys need none, leave them out';
  }
  return null;
}

const algorithms = list('algorithms', ANY_ALGORITHM).superRefine((names, context) => {
  for (const name of names.filter((name) => !isAlgorithm(name))) {
    context.addIssue(
      /^HS/i.test(name)
        ? `allows the symmetric algorithm "${name}", with which whoever checks a token could make one; ${ANY_ALGORITHM}`
        : `allows the unknown algorithm "${name}"; ${ANY_ALGORITHM}`,
    );
  }
});

const scopes = z
  .preprocess(
    (value) => (typeof value === 'string' ? value.split(' ').filter((name) => name !== '') : value),
    list('scopes', ANY_SCOPE),
  )
  .superRefine((names, context) => {
    for (const name of names.filter((name) => !isScope(name))) {
      context.addIssue(`names the unknown scope "${name}" in "scopes"; ${ANY_SCOPE}`);
    }
  });

const entrySchema = z.strictObject(
  {
    issuer: text('issuer', 'the exact "iss" of its tokens').refine(
      (value) => !value.startsWith(RESERVED),
      { error: `takes a name that begins with "${RESERVED}", which is reserved; use another` },
    ),
    audience: text('audience', 'what the "aud" of its tokens contains for this gateway'),
    jwks,
    storeClaim: text('storeClaim', 'the claim of its tokens that names the store'),
    algorithms: algorithms.optional(),
    stores: list('stores', ANY_STORE).optional(),
    scopes: scopes.optional(),
  },
  { error: 'is not an object; describe each issuer as { "issuer": ..., "audience": ..., ... }' },
);

/**
 * Reads the value of SCOPEGATE_ISSUERS: a JSON array of trusted issuers. Pure: no key is fetched and
 * no file opened. All problems are found in one go; a value with a problem gives no settings at all.
 */
export function parseIssuers(json: string): ParsedIssuers {
  const failed = (problem: string) => ({
    settings: [],
    problems: [`SCOPEGATE_ISSUERS ${problem}`],
  });
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return failed('is not valid JSON; give a JSON array with one object per issuer.');
  }
  if (!Array.isArray(value))
    return failed('is not a JSON array; give one object per issuer in [ ].');
  const repeated = duplicateMember(json);
  if (repeated !== null) return failed(`has "${repeated}" twice in one object; keep one of them.`);

  const entries = value.map((entry: unknown) => entrySchema.safeParse(entry));
  const problems = [
    ...entries.flatMap(({ error }, index) =>
      (error?.issues ?? []).map((issue) => sentence(index, value[index], issue)),
    ),
    ...duplicates(value),
  ];
  if (problems.length > 0) return { settings: [], problems };
  return { settings: entries.flatMap(({ data }) => (data ? [settingsOf(data)] : [])), problems };
}

function settingsOf(entry: z.output<typeof entrySchema>): IssuerSettings {
  return {
    issuer: entry.issuer,
    audience: entry.audience,
    jwks: entry.jwks,
    algorithms: entry.algorithms?.filter(isAlgorithm) ?? ALGORITHMS,
    storeClaim: entry.storeClaim,
    stores: entry.stores ?? null,
    scopes: entry.scopes === undefined ? ScopeSet.all : ScopeSet.of(entry.scopes),
  };
}

function sentence(index: number, entry: unknown, issue: z.core.$ZodIssue): string {
  if (issue.code !== 'unrecognized_keys') return `${subject(index, entry)} ${issue.message}.`;
  const known = Object.keys(entrySchema.shape).join(', ');
  const unknown = issue.keys.map((key) => `"${key}"`).join(', ');
  return `${subject(index, entry)} has the unknown ${unknown}; an issuer has ${known}.`;
}

function subject(index: number, entry: unknown): string {
  const name = nameOf(entry);
  return `SCOPEGATE_ISSUERS entry ${index}${name === undefined ? '' : ` ("${name}")`}`;
}

function duplicates(entries: readonly unknown[]): string[] {
  const names = entries.map(nameOf);
  return entries.flatMap((entry, index) => {
    const first = names.indexOf(names[index]);
    if (names[index] === undefined || first === index) return [];
    return [`${subject(index, entry)} repeats the issuer of entry ${first}; keep one of the two.`];
  });
}

function nameOf(entry: unknown): string | undefined {
  if (typeof entry !== 'object' || entry === null || !('issuer' in entry)) return undefined;
  return typeof entry.issuer === 'string' && entry.issuer.trim() !== '' ? entry.issuer : undefined;
}
