import { z } from 'zod';

/** PostgreSQL's text has no NUL; nothing that a person writes has one. */
const NO_NUL = /^[^\0]*$/;

/** A text of at most so many characters. */
export const text = (maximum: number) =>
  z
    .string()
    .max(maximum, `It has at most ${maximum} characters.`)
    .regex(NO_NUL, 'It cannot hold a NUL character.');

/** An id of this gateway, as it was given out. */
export const id = text(255);

/** The version that was read: the change is refused where it is not the last one. */
export const version = z.number().int().nullish();

export const email = z
  .email('It is not an e-mail address.')
  .max(320, 'It has at most 320 characters.');

/** E.164: a plus and up to 15 digits. */
export const phone = z
  .string()
  .regex(/^\+[1-9]\d{1,14}$/, 'It is a phone number like +14155550123 (E.164).');

export const tags = z
  .array(text(255).min(1, 'A tag is not empty.'))
  .max(250, 'There are at most 250 tags.')
  .transform((list) => [...new Set(list)]);
