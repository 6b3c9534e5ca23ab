import { IncomingMessage } from 'node:http';
import { duplicateMember } from '../token/json-members.ts';

/** What a body of the authorization server has at most, in bytes: a form or some tokens. */
const LONGEST_BODY = 32 * 1024;

/** What was wrong with a body, as a sentence for its sender. */
export class BadBody extends Error {}

/**
 * The body of a request as text.
 *
 * @throws BadBody when it is too long, or cut off.
 */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > LONGEST_BODY) throw new BadBody('The body is too long.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The media type of a request, without parameters and in lower case. */
export const mediaTypeOf = ({ headers }: IncomingMessage): string =>
  (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

/**
 * A form as it was sent.
 *
 * @throws BadBody for another media type, or a body that is too long.
 */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  if (mediaTypeOf(request) !== 'application/x-www-form-urlencoded') {
    throw new BadBody('The body is application/x-www-form-urlencoded.');
  }
  return parseForm(await readBody(request));
}

/**
 * The fields of a form's text.
 *
 * @throws BadBody for a character that no text can be stored with.
 */
export function parseForm(text: string): URLSearchParams {
  const form = new URLSearchParams(text);
  if (hasNul(form)) throw new BadBody(NUL_REFUSED);
  return form;
}

/** Whether a parameter has the character U+0000, which a form may have and the database's texts may not. */
export const hasNul = (parameters: Iterable<readonly [name: string, value: string]>): boolean =>
  [...parameters].some((pair) => pair.some((text) => text.includes('\0')));

export const NUL_REFUSED = 'A parameter has a character that is not allowed.';

/**
 * The members of a JSON object whose values are texts, or for `scopes` a list of texts.
 *
 * @throws BadBody for anything else.
 */
export function parseJsonMembers(text: string): [name: string, value: string][] {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new BadBody('The body is not valid JSON.');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new BadBody('The body is not a JSON object.');
  }
  if (duplicateMember(text) !== null) throw new BadBody('The body has a member twice.');
  const members = Object.entries(body).flatMap(([name, value]): [string, string][] => {
    if (typeof value === 'string') return [[name, value]];
    const isList = Array.isArray(value) && value.every((item) => typeof item === 'string');
    if (name === 'scopes' && isList) {
      if (value.some((item) => item.includes(' '))) throw new BadBody('A scope has no spaces.');
      return [[name, value.join(' ')]];
    }
    throw new BadBody(`The member "${name.slice(0, 40)}" is not a string.`);
  });
  if (hasNul(members)) throw new BadBody(NUL_REFUSED);
  return members;
}

/** The same request with another body, for whoever reads it next: the first one has been read. */
export function withBody(request: IncomingMessage, body: URLSearchParams): IncomingMessage {
  const text = Buffer.from(body.toString());
  const next = new IncomingMessage(request.socket);
  next.method = request.method;
  next.url = request.url;
  next.httpVersion = request.httpVersion;
  next.headers = {
    ...request.headers,
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': String(text.length),
  };
  delete next.headers['transfer-encoding'];
  delete next.headers['content-encoding'];
  next.complete = true;
  next.push(text);
  next.push(null);
  return next;
}
