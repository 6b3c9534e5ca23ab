/** What a command may use of the process. Results go to `out`, talk goes to `err`. */
export interface Io {
  readonly environment: Readonly<Record<string, string | undefined>>;
  out(text: string): void;
  err(text: string): void;
}

/** A mistake in how a command was called; the message says what to do. */
export class UsageError extends Error {}
