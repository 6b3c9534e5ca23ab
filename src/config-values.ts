import { availableParallelism } from 'node:os';

/** Parsers of settings: each takes the text of a variable and throws a sentence's end when it is wrong. */

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A length of time with its unit, `30s` or `1h`, in milliseconds. */
export function duration(text: string): number {
  const match = /^(\d+)(ms|s|m|h|d)$/.exec(text);
  const milliseconds = match ? Number(match[1]) * UNITS[match[2] as keyof typeof UNITS] : 0;
  if (milliseconds < 1 || milliseconds > 366 * UNITS.d) {
    throw new TypeError(
      'must be a length of time with its unit, such as 30s, 5m or 1h, and no longer than 366d',
    );
  }
  return milliseconds;
}

/** A size with its unit, `100kb` or `1mb`, in bytes. */
export function size(text: string): number {
  const match = /^(\d+)(b|kb|mb)$/i.exec(text);
  const factor = { b: 1, kb: 1024, mb: 1024 * 1024 }[match?.[2]?.toLowerCase() ?? ''] ?? 0;
  const bytes = Number(match?.[1]) * factor;
  if (!(bytes >= 1 && bytes <= 1024 * 1024 * 1024)) {
    throw new TypeError('must be a size with its unit, such as 100kb or 1mb');
  }
  return bytes;
}

/** A whole number between two bounds, both included. */
export const wholeNumber = (minimum: number, maximum: number) => (text: string) => {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= minimum && value <= maximum)) {
    throw new TypeError(`must be a whole number from ${minimum} to ${maximum}`);
  }
  return value;
};

const fewProcesses = wholeNumber(1, 64);

/** A number of processes; `auto` is one for each core that this one may use. */
export function processes(text: string): number {
  if (text === 'auto') return Math.min(availableParallelism(), 64);
  try {
    return fewProcesses(text);
  } catch {
    throw new TypeError('must be auto or a whole number from 1 to 64');
  }
}

/** One of some words. */
export const oneOf =
  <const T extends string>(words: readonly T[]) =>
  (text: string): T => {
    const word = words.find((candidate) => candidate === text);
    if (word === undefined) throw new TypeError(`must be one of: ${words.join(', ')}`);
    return word;
  };

/** Anything but the empty text. */
export function text(value: string): string {
  if (value.trim() === '') throw new TypeError('must not be empty');
  return value;
}

/** A text that is too long to be guessed. */
export function longText(value: string): string {
  if (value.length < 32) throw new TypeError('must have at least 32 characters');
  return value;
}

/** A host name or address to listen on, as sockets take it. */
export function host(value: string): string {
  if (value.startsWith('['))
    throw new TypeError('must be an address without brackets, such as ::1');
  return text(value);
}

/** The address of a PostgreSQL database. */
export function postgresUrl(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null || !['postgres:', 'postgresql:'].includes(url.protocol)) {
    throw new TypeError(
      'must be a PostgreSQL address: postgres://user:password@host:5432/database',
    );
  }
  // The gateway's role and limits are connection options, which these would replace.
  if (url.searchParams.has('options')) throw new TypeError('must not carry "options"');
  return value;
}

/** Whether a host name or address is this machine and no other. */
export function isLoopback(host: string): boolean {
  return (
    host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
  );
}

/** The address that clients use: https, or http on this machine; without a path. */
export function publicUrl(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : null;
  const secure =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  if (url === null || !secure || `${url.origin}/` !== url.href) {
    throw new TypeError(
      'must be an https address without path or query, such as https://api.example.com (http only on a loopback host)',
    );
  }
  return url.origin;
}

/** A secret of at least 32 bytes, written in base64url. */
export function secret(value: string): Uint8Array {
  const bytes = Buffer.from(value, 'base64url');
  if (bytes.length < 32 || bytes.toString('base64url') !== value) {
    throw new TypeError(
      'must be at least 32 random bytes in base64url: openssl rand -base64 48 | tr +/ -_',
    );
  }
  return bytes;
}
