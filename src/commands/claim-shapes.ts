import { z } from 'zod';
import { hasNoPassword, text } from './shapes.ts';

const LONGEST = 2_048;

/** An address that is safe to show as a link: over TLS, with no password in it, and written as it is sent. */
export const httpsUrl = text(LONGEST)
  .refine(isHttps, 'It has to be an https URL.')
  .transform((value) => (URL.canParse(value) ? new URL(value).href : value))
  .refine(({ length }) => length <= LONGEST, `It has at most ${LONGEST} characters.`);

function isHttps(value: string): boolean {
  return /^https:\/\//i.test(value) && hasNoPassword(value);
}

/** Pictures and documents, which stay where they are: only links to them are kept. */
export const media = z
  .array(
    z.object({
      url: httpsUrl,
      contentType: z
        .string()
        .max(255, 'It has at most 255 characters.')
        .regex(/^[a-z]+\/[a-z0-9][a-z0-9.+-]*$/, 'It has to be a media type like image/jpeg.'),
      description: text(1_000)
        .nullish()
        .transform((value) => value ?? null),
    }),
  )
  .max(20, 'There are at most 20 of them.');
