/** What a command may use of the process. Results go to `out`, talk goes to `err`. */
export interface Io {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Standard input to its end; null where that is a terminal, which shows what is typed. */
  input(): Promise<string | null>;
  out(text: string): void;
  err(text: string): void;
}

/** A mistake in how a command was called; the message says what to do. */
export class UsageError extends Error {}
