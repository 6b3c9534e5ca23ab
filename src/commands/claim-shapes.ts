import { z } from 'zod';
import { text } from './shapes.ts';

/** An address that is safe to show as a link: over TLS, and with no password in it. */
export const httpsUrl = text(2_048).refine(isHttps, 'It is an https address.');

function isHttps(value: string): boolean {
  if (!/^https:\/\//i.test(value) || !URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return protocol === 'https:' && username === '' && password === '';
}

/** Pictures and documents, which stay where they are: only links to them are kept. */
export const media = z
  .array(
    z.object({
      url: httpsUrl,
      contentType: z
        .string()
        .max(255, 'It has at most 255 characters.')
        .regex(/^[a-z]+\/[a-z0-9][a-z0-9.+-]*$/, 'It is a media type like image/jpeg.'),
      description: text(1_000)
        .nullish()
        .transform((value) => value ?? null),
    }),
  )
  .max(20, 'There are at most 20 of them.');

/** The version that a decision was made from. */
export const decidedVersion = z.number().int();
