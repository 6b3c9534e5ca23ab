/**
 * Every way a request can fail, with the HTTP status it has when nothing could be answered and
 * whether its message is meant for the client. `design.md` names the answers; RFC 6750 section 3.1
 * names the three token codes.
 */
const ERRORS = {
  INVALID_REQUEST: { status: 400, expose: true },
  INVALID_INPUT: { status: 400, expose: true },
  LIMIT_EXCEEDED: { status: 400, expose: true },
  INTROSPECTION_OFF: { status: 400, expose: true },
  UNAUTHENTICATED: { status: 401, expose: true },
  INVALID_TOKEN: { status: 401, expose: true },
  INSUFFICIENT_SCOPE: { status: 403, expose: true },
  NOT_FOUND: { status: 404, expose: true },
  BODY_TOO_LARGE: { status: 413, expose: true },
  INTERNAL: { status: 500, expose: false },
  UNAVAILABLE: { status: 503, expose: true },
  TIMEOUT: { status: 504, expose: true },
} as const satisfies Record<string, { status: number; expose: boolean }>;

export type ErrorCode = keyof typeof ERRORS;

export interface AppErrorOptions {
  /** For the log only; never part of an answer. */
  readonly detail?: string;
  readonly cause?: unknown;
}

/** A failure with a stable code. `message` is for the client when `expose` is true, `detail` for the log. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly expose: boolean;
  readonly detail: string | undefined;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.status = ERRORS[code].status;
    this.expose = ERRORS[code].expose;
    this.detail = options.detail;
  }
}

/** The operator's mistake, found before the first request. `problems` are complete sentences. */
export class StartError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'StartError';
    this.problems = problems;
  }
}
