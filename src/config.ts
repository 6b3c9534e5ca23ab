import {
  duration,
  host,
  isLoopback,
  longText,
  oneOf,
  postgresUrl,
  processes,
  publicUrl,
  secret,
  size,
  text,
  wholeNumber,
} from './config-values.ts';
import { StartError } from './errors.ts';
import { INTROSPECTION } from './gateway/introspect.ts';
import { LOG_LEVELS } from './telemetry/logger.ts';
import { type IssuerSettings, parseIssuers } from './token/issuer-settings.ts';

interface Setting<T> {
  readonly parse: (text: string) => T;
  /** As one would write it; absent where there is none. */
  readonly default?: string;
  /** Never printed. */
  readonly secret?: true;
  /** The option of `start` that says the same. */
  readonly option?: string;
  /** For the README: what it is, and in which case it is needed. */
  readonly doc: string;
}

const setting = <const S extends Setting<unknown>>(definition: S) => definition;

function issuers(json: string): readonly IssuerSettings[] {
  const { settings, problems } = parseIssuers(json);
  if (problems.length > 0) throw new StartError(problems);
  return settings;
}

/** Every setting there is. The README's table is printed from here. */
export const SETTINGS = {
  PORT: setting({ parse: wholeNumber(0, 65_535), default: '4000', doc: 'Port to listen on.' }),
  HOST: setting({ parse: host, default: '127.0.0.1', doc: 'Address to listen on.' }),
  DATABASE_URL: setting({
    parse: postgresUrl,
    secret: true,
    doc: 'PostgreSQL 15 or newer, as the user that answers requests. Without it the embedded database is used.',
  }),
  SCOPEGATE_OWNER_URL: setting({
    parse: postgresUrl,
    secret: true,
    doc: 'The same database as a user that may create roles. Only `migrate` uses it.',
  }),
  SCOPEGATE_DATABASE_CONNECTIONS: setting({
    parse: wholeNumber(1, 200),
    default: '4',
    doc: 'Connections to PostgreSQL: at most so many for reading, for writing and for the platform, in each worker.',
  }),
  SCOPEGATE_WORKERS: setting({
    parse: processes,
    default: '1',
    option: '--workers',
    doc: 'Processes that answer, more than one with PostgreSQL only; `auto` is one for each core. `start --workers` says the same.',
  }),
  SCOPEGATE_DATA_DIR: setting({
    parse: text,
    default: '.scopegate',
    doc: 'Folder of the embedded database and the demo key.',
  }),
  SCOPEGATE_PUBLIC_URL: setting({
    parse: publicUrl,
    doc: 'The address that clients use. Needed unless the demo runs.',
  }),
  SCOPEGATE_ISSUERS: setting({
    parse: issuers,
    doc: 'JSON array of the token issuers to trust; see "Tokens". Needed with `SCOPEGATE_OAUTH=off` unless the demo runs.',
  }),
  SCOPEGATE_OAUTH: setting({
    parse: oneOf(['on', 'off'] as const),
    default: 'on',
    doc: 'Whether the gateway is an authorization server itself: apps, consent, tokens.',
  }),
  SCOPEGATE_INTROSPECTION_SECRET: setting({
    parse: longText,
    secret: true,
    doc: 'What the client `op_platform` introspects tokens with: at least 32 characters. Without it nobody may introspect.',
  }),
  SCOPEGATE_PROXIES: setting({
    parse: wholeNumber(0, 10),
    default: '0',
    doc: 'Proxies in front, each of which adds to X-Forwarded-For the address that it saw: tries are counted by it.',
  }),
  SCOPEGATE_SECRET: setting({
    parse: secret,
    secret: true,
    doc: 'Signs cursors, cookies and session tokens, and encrypts the secrets of webhooks: 32 random bytes or more in base64url, the same for every process. Needed unless the demo runs.',
  }),
  SCOPEGATE_SCOPE_MODE: setting({
    parse: oneOf(['filter', 'reject'] as const),
    default: 'filter',
    doc: 'What happens to a query that needs more than it was granted: `filter` answers the rest, `reject` answers 403.',
  }),
  SCOPEGATE_REFUSAL_ERRORS: setting({
    parse: oneOf(['per-coordinate', 'per-path'] as const),
    default: 'per-coordinate',
    doc: 'How refusals are told: `per-coordinate` one error for each refused coordinate, `per-path` one for each place in the answer.',
  }),
  SCOPEGATE_INTROSPECTION: setting({
    parse: oneOf(INTROSPECTION),
    default: 'public',
    doc: 'Who may learn the schema: `public` anyone, `token` any token, `scoped` each what it can reach, `off` nobody.',
  }),
  SCOPEGATE_MAX_DEPTH: setting({
    parse: wholeNumber(1, 100),
    default: '16',
    doc: 'Most levels of fields in a document.',
  }),
  SCOPEGATE_MAX_ALIASES: setting({
    parse: wholeNumber(0, 10_000),
    default: '50',
    doc: 'Most aliases in a document.',
  }),
  SCOPEGATE_MAX_TOKENS: setting({
    parse: wholeNumber(1, 100_000),
    default: '5000',
    doc: 'Most lexical tokens in a document.',
  }),
  SCOPEGATE_MAX_BODY: setting({ parse: size, default: '256kb', doc: 'Largest request body.' }),
  SCOPEGATE_REQUEST_TIMEOUT: setting({
    parse: duration,
    default: '10s',
    doc: 'Longest that a request may take.',
  }),
  SCOPEGATE_DRAIN_TIMEOUT: setting({
    parse: duration,
    default: '10s',
    doc: 'How long running requests may take to finish at shutdown.',
  }),
  SCOPEGATE_LOG_LEVEL: setting({
    parse: oneOf(LOG_LEVELS),
    default: 'warn',
    doc: 'Least level that is logged, to standard error, as JSON lines.',
  }),
} as const satisfies Record<string, Setting<unknown>>;

export type SettingName = keyof typeof SETTINGS;

type Values = {
  readonly [N in SettingName]:
    | ReturnType<(typeof SETTINGS)[N]['parse']>
    | ((typeof SETTINGS)[N] extends { default: string } ? never : undefined);
};

/** The settings of a process, validated. */
export interface Config extends Values {
  /**
   * Whether the demo runs: its issuer, its tokens and its data exist only with the embedded database on
   * a loopback host.
   */
  readonly demo: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * One setting alone, for a command that needs no more; undefined where it is not set and has no default.
 *
 * @throws StartError naming its variable.
 */
export function readSetting<N extends SettingName>(environment: Environment, name: N): Values[N] {
  const { parse, default: standard, option }: Setting<unknown> = SETTINGS[name];
  const given = environment[name] ?? standard;
  try {
    return (given === undefined ? undefined : parse(given)) as Values[N];
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new StartError([`${name}${option ? ` (${option})` : ''} ${error.message}.`]);
  }
}

/**
 * For a command that reads single settings.
 *
 * @throws StartError for a variable that looks like a setting and is none: the command would work elsewhere than meant.
 */
export function checkNames(environment: Environment): void {
  const problems = unknownSettings(environment);
  if (problems.length > 0) throw new StartError(problems);
}

/** What is wrong with the names of variables that look like settings and are none. */
function unknownSettings(environment: Environment): readonly string[] {
  const unknown = Object.keys(environment).filter(
    (name) => name.startsWith('SCOPEGATE_') && !Object.hasOwn(SETTINGS, name),
  );
  if (unknown.length === 0) return [];
  const are = unknown.length === 1 ? 'is not a setting' : 'are not settings';
  return [`${unknown.join(', ')} ${are}. Settings are: ${Object.keys(SETTINGS).join(', ')}.`];
}

/**
 * Reads all settings at once. Variables of others are left alone, unknown `SCOPEGATE_*` ones are
 * refused: a misspelt setting would otherwise silently be its default.
 *
 * @throws StartError with every problem, each naming its variable.
 */
export function loadConfig(environment: Environment): Config {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const name of Object.keys(SETTINGS) as SettingName[]) {
    try {
      values[name] = readSetting(environment, name);
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      problems.push(...error.problems);
    }
  }
  problems.push(...unknownSettings(environment));
  if (environment.DATABASE_URL === undefined && Number(values.SCOPEGATE_WORKERS) > 1) {
    problems.push(
      `SCOPEGATE_WORKERS (--workers) is ${values.SCOPEGATE_WORKERS}, and the embedded database is for one process: set DATABASE_URL to a PostgreSQL, or take 1.`,
    );
  }
  const demo =
    environment.DATABASE_URL === undefined && isLoopback(String(values.HOST ?? '127.0.0.1'));
  if (problems.length === 0) problems.push(...checkMode(values as unknown as Values, demo));
  if (problems.length > 0) throw new StartError(problems);
  return { ...(values as unknown as Values), demo };
}

/** What must be said explicitly once the demo is off: nothing security-relevant has a default. */
function checkMode(values: Values, demo: boolean): string[] {
  if (demo) return [];
  const why =
    values.DATABASE_URL === undefined
      ? `HOST is ${values.HOST}, and the demo runs on a loopback host only`
      : 'DATABASE_URL is set, so the demo is off';
  const needed: SettingName[] = [
    'SCOPEGATE_PUBLIC_URL',
    // With the gateway's own authorization server there is somebody to trust already.
    ...(values.SCOPEGATE_OAUTH === 'off' ? (['SCOPEGATE_ISSUERS'] as const) : []),
    'SCOPEGATE_SECRET',
  ];
  const isMissing = (value: unknown) =>
    value === undefined || (Array.isArray(value) && value.length === 0);
  const missing = needed.filter((name) => isMissing(values[name]));
  return missing.length === 0 ? [] : [`${why}: set ${missing.join(', ')}.`];
}

/** The settings as text, for people: secrets are not shown. */
export function printConfig(config: Config): string {
  const lines = Object.entries<Setting<unknown>>(SETTINGS).map(([name, definition]) => {
    const value = config[name as SettingName];
    if (value === undefined) return `${name} (not set)`;
    if (definition.secret) return `${name}=(secret)`;
    return `${name}=${typeof value === 'object' ? describeIssuers(value) : value}`;
  });
  return [...lines, `demo=${config.demo}`].join('\n');
}

const describeIssuers = (value: unknown) =>
  Array.isArray(value) ? value.map(({ issuer }: IssuerSettings) => issuer).join(' ') : '(secret)';

/** How a server listens and answers, as its settings say it. */
export const serverSettings = (config: Config) => ({
  host: config.HOST,
  port: config.PORT,
  publicUrl: config.SCOPEGATE_PUBLIC_URL ?? null,
  scopeMode: config.SCOPEGATE_SCOPE_MODE,
  refusalErrors: config.SCOPEGATE_REFUSAL_ERRORS,
  introspection: config.SCOPEGATE_INTROSPECTION,
  limits: {
    maxTokens: config.SCOPEGATE_MAX_TOKENS,
    maxDepth: config.SCOPEGATE_MAX_DEPTH,
    maxAliases: config.SCOPEGATE_MAX_ALIASES,
    maxBodyBytes: config.SCOPEGATE_MAX_BODY,
    requestMilliseconds: config.SCOPEGATE_REQUEST_TIMEOUT,
  },
});
