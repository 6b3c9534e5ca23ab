import { z } from 'zod';

/** PostgreSQL's text has no NUL; nothing that a person writes has one. */
const NO_NUL = /^[^\0]*$/;
const NUL = 'It cannot hold a NUL character.';

/** Half of a surrogate pair is no character: text would be stored as another one, and JSON not at all. */
const WHOLE_CHARACTERS = /^\P{Surrogate}*$/u;
const HALF = 'It holds half of a character.';

/** A text of at most so many characters. */
export const text = (maximum: number) =>
  z
    .string()
    .max(maximum, `It has at most ${maximum} characters.`)
    .regex(NO_NUL, NUL)
    .regex(WHOLE_CHARACTERS, HALF);

/** An id of this gateway, as it was given out. */
export const id = text(255);

/** The version that was read, of what a lost update would hurt: the change is refused where it is not the last one. */
export const requiredVersion = z.number().int();

/** The same where it may be left out: then it is not compared. */
export const version = requiredVersion.nullish();

/** A text that says something, without the white space around it. */
export const words = (maximum: number) => text(maximum).trim().min(1, 'It cannot be empty.');

/** The same where it may be missing: a text of white space alone says nothing, like null. */
export const wordsOrNone = (maximum: number) =>
  text(maximum)
    .transform((given) => given.trim() || null)
    .nullish();

/** Adds a problem to what zod has found. */
export interface Issues {
  addIssue(issue: { code: 'custom'; path: PropertyKey[]; message: string }): void;
}

/** For `superRefine` of a list: no two of its items have the same. */
export const distinct =
  <T>(keyOf: (item: T) => string, field: string, message: string) =>
  (items: readonly T[], { addIssue }: Issues): void => {
    const seen = new Set<string>();
    for (const [at, item] of items.entries()) {
      const key = keyOf(item);
      if (seen.has(key)) addIssue({ code: 'custom', path: [at, field], message });
      seen.add(key);
    }
  };

/** What keeps its value where it is left out, and cannot be emptied: null is refused. */
export const keptUnlessGiven = <S extends z.ZodType>(shape: S) =>
  shape.nullish().transform((value, { addIssue }): z.output<S> | undefined => {
    if (value !== null) return value;
    addIssue({ code: 'custom', message: 'It cannot be emptied. Leave it out to keep it.' });
    return z.NEVER;
  });

/** An address that a browser opens, written as it is sent, and with no password in it. */
export const webUrl = z
  .url({ protocol: /^https?$/, error: 'It is not an http or https URL.', normalize: true })
  .max(2_048, 'It has at most 2048 characters.')
  .regex(NO_NUL, NUL)
  .refine(hasNoPassword, 'It cannot have a user name or a password.');

/** Whether an address is one, with nothing secret before its host. */
export function hasNoPassword(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { username, password } = new URL(address);
  return username === '' && password === '';
}

/** Without white space around it, and its domain in lower case: what is before the at sign is its owner's business. */
export const email = z
  .string()
  .trim()
  .max(320, 'It has at most 320 characters.')
  .pipe(z.email('It is not an e-mail address.'))
  .transform((address) => {
    const at = address.lastIndexOf('@');
    return address.slice(0, at) + address.slice(at).toLowerCase();
  });

/** E.164: a plus and up to 15 digits. */
export const phone = z
  .string()
  .regex(/^\+[1-9]\d{1,14}$/, 'It has to be a phone number like +14155550123 (E.164).');

export const tags = z
  .array(text(255).trim().min(1, 'It cannot be empty.'))
  .max(250, 'There are at most 250 tags.')
  .transform((list) => [...new Set(list)]);
