import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { type Environment, loadConfig, printConfig, SETTINGS } from '../src/config.ts';
import { StartError } from '../src/errors.ts';

const SECRET = Buffer.alloc(32, 7).toString('base64url');
const PASSWORD = 'correct-horse';
const ISSUER = {
  issuer: 'https://login.example.com',
  audience: 'https://api.example.com',
  jwks: 'https://login.example.com/jwks.json',
  storeClaim: 'store',
};
const ISSUERS = JSON.stringify([ISSUER]);

/** All that a gateway without the demo needs. */
const REAL = {
  DATABASE_URL: `postgres://app:${PASSWORD}@db.example.com:5432/scopegate`,
  SCOPEGATE_PUBLIC_URL: 'https://api.example.com',
  SCOPEGATE_ISSUERS: ISSUERS,
  SCOPEGATE_SECRET: SECRET,
};

function problemsOf(environment: Environment): readonly string[] {
  try {
    loadConfig(environment);
  } catch (error) {
    if (error instanceof StartError) return error.problems;
    throw error;
  }
  return [];
}

describe('loadConfig', () => {
  it('has a default for everything that the demo needs', () => {
    expect(loadConfig({})).toEqual({
      PORT: 4000,
      HOST: '127.0.0.1',
      SCOPEGATE_DATABASE_CONNECTIONS: 4,
      SCOPEGATE_WORKERS: 1,
      SCOPEGATE_DATA_DIR: '.scopegate',
      SCOPEGATE_OAUTH: 'on',
      SCOPEGATE_PROXIES: 0,
      SCOPEGATE_SCOPE_MODE: 'filter',
      SCOPEGATE_REFUSAL_ERRORS: 'per-coordinate',
      SCOPEGATE_INTROSPECTION: 'public',
      SCOPEGATE_MAX_DEPTH: 16,
      SCOPEGATE_MAX_ALIASES: 50,
      SCOPEGATE_MAX_TOKENS: 5000,
      SCOPEGATE_MAX_BODY: 262_144,
      SCOPEGATE_REQUEST_TIMEOUT: 10_000,
      SCOPEGATE_DRAIN_TIMEOUT: 10_000,
      SCOPEGATE_LOG_LEVEL: 'warn',
      demo: true,
    });
  });

  it('takes what is given instead', () => {
    const config = loadConfig({
      ...REAL,
      PORT: '8080',
      HOST: '::',
      SCOPEGATE_OWNER_URL: 'postgresql:///scopegate?host=/run/postgresql',
      SCOPEGATE_DATABASE_CONNECTIONS: '16',
      SCOPEGATE_WORKERS: '64',
      SCOPEGATE_DATA_DIR: '/var/lib/scopegate',
      SCOPEGATE_SCOPE_MODE: 'reject',
      SCOPEGATE_REFUSAL_ERRORS: 'per-path',
      SCOPEGATE_INTROSPECTION: 'scoped',
      SCOPEGATE_MAX_DEPTH: '8',
      SCOPEGATE_MAX_ALIASES: '0',
      SCOPEGATE_MAX_TOKENS: '1000',
      SCOPEGATE_MAX_BODY: '1MB',
      SCOPEGATE_REQUEST_TIMEOUT: '1m',
      SCOPEGATE_DRAIN_TIMEOUT: '250ms',
      SCOPEGATE_LOG_LEVEL: 'debug',
    });
    expect(config).toMatchObject({
      PORT: 8080,
      HOST: '::',
      DATABASE_URL: REAL.DATABASE_URL,
      SCOPEGATE_OWNER_URL: 'postgresql:///scopegate?host=/run/postgresql',
      SCOPEGATE_DATABASE_CONNECTIONS: 16,
      SCOPEGATE_WORKERS: 64,
      SCOPEGATE_DATA_DIR: '/var/lib/scopegate',
      SCOPEGATE_PUBLIC_URL: 'https://api.example.com',
      SCOPEGATE_SCOPE_MODE: 'reject',
      SCOPEGATE_REFUSAL_ERRORS: 'per-path',
      SCOPEGATE_INTROSPECTION: 'scoped',
      SCOPEGATE_MAX_DEPTH: 8,
      SCOPEGATE_MAX_ALIASES: 0,
      SCOPEGATE_MAX_TOKENS: 1000,
      SCOPEGATE_MAX_BODY: 1_048_576,
      SCOPEGATE_REQUEST_TIMEOUT: 60_000,
      SCOPEGATE_DRAIN_TIMEOUT: 250,
      SCOPEGATE_LOG_LEVEL: 'debug',
      demo: false,
    });
    expect(Buffer.from(config.SCOPEGATE_SECRET ?? [])).toEqual(Buffer.alloc(32, 7));
    expect(config.SCOPEGATE_ISSUERS?.map(({ issuer }) => issuer)).toEqual([ISSUER.issuer]);
  });

  const WHOLE = (from: number, to: number) => `must be a whole number from ${from} to ${to}.`;
  const TIME =
    'must be a length of time with its unit, such as 30s, 5m or 1h, and no longer than 366d.';
  const SIZE = 'must be a size with its unit, such as 100kb or 1mb.';
  const DATABASE = 'must be a PostgreSQL address: postgres://user:password@host:5432/database.';
  const ADDRESS =
    'must be an https address without path or query, such as https://api.example.com (http only on a loopback host).';
  const BYTES =
    'must be at least 32 random bytes in base64url: openssl rand -base64 48 | tr +/ -_.';
  const PROCESSES = '(--workers) must be auto or a whole number from 1 to 64.';
  const MODES = 'must be one of: filter, reject.';
  const STYLES = 'must be one of: per-coordinate, per-path.';
  const VIEWS = 'must be one of: public, token, scoped, off.';
  const LEVELS = 'must be one of: debug, info, warn, error, silent.';

  it.each<[name: keyof typeof SETTINGS, sentence: string, values: readonly string[]]>([
    ['PORT', WHOLE(0, 65_535), ['', '-1', '65536', '80a', '1e3', ' 80', '0x50', '4000.0']],
    ['HOST', 'must not be empty.', ['', '   ']],
    ['SCOPEGATE_DATA_DIR', 'must not be empty.', ['', '\t']],
    ['DATABASE_URL', DATABASE, ['', 'db', 'localhost:5432', 'mysql://db/x', 'postgres//db/x']],
    ['SCOPEGATE_OWNER_URL', DATABASE, ['', 'db.example.com', 'https://db.example.com/x']],
    ['SCOPEGATE_DATABASE_CONNECTIONS', WHOLE(1, 200), ['', '0', '201', 'four']],
    ['SCOPEGATE_WORKERS', PROCESSES, ['', '0', '-1', '65', '1.5', 'all', 'Auto', 'auto ']],
    [
      'SCOPEGATE_PUBLIC_URL',
      ADDRESS,
      [
        ...['', 'api.example.com', 'http://api.example.com', 'https://api.example.com/graphql'],
        ...['https://api.example.com?x', 'https://api.example.com/#x', 'ftp://127.0.0.1'],
        ...['https://user:pw@api.example.com', 'http://127.0.0.1.example.com', 'https://'],
      ],
    ],
    [
      'SCOPEGATE_SECRET',
      BYTES,
      ['', 'secret', Buffer.alloc(31).toString('base64url'), `${SECRET}=`, `${SECRET} `],
    ],
    ['SCOPEGATE_SECRET', BYTES, [Buffer.alloc(48, 0xff).toString('base64')]],
    ['SCOPEGATE_SCOPE_MODE', MODES, ['', 'Filter', 'off', 'allow']],
    ['SCOPEGATE_REFUSAL_ERRORS', STYLES, ['', 'none', 'per-row']],
    ['SCOPEGATE_INTROSPECTION', VIEWS, ['', 'Public', 'none', 'false', 'on']],
    ['SCOPEGATE_MAX_DEPTH', WHOLE(1, 100), ['', '0', '101', 'Infinity']],
    ['SCOPEGATE_MAX_ALIASES', WHOLE(0, 10_000), ['', '-1', '10001']],
    ['SCOPEGATE_MAX_TOKENS', WHOLE(1, 100_000), ['', '0', '100001', '9999999999']],
    ['SCOPEGATE_MAX_BODY', SIZE, ['', '0kb', '100', '1gb', '1025mb', '-1kb', '1.5mb']],
    ['SCOPEGATE_REQUEST_TIMEOUT', TIME, ['', '0s', '30', '30 s', '1w', '367d', '1.5h', '-1s']],
    ['SCOPEGATE_DRAIN_TIMEOUT', TIME, ['', '0ms', 'soon']],
    ['SCOPEGATE_LOG_LEVEL', LEVELS, ['', 'trace', 'WARN']],
  ])('says of a wrong %s that it %s', (name, sentence, values) => {
    for (const value of values)
      expect(problemsOf({ [name]: value })).toEqual([`${name} ${sentence}`]);
  });

  it('has a test of refusal for every setting', () => {
    const refused = Object.keys(SETTINGS).filter((name) => problemsOf({ [name]: '' }).length === 1);
    expect(refused).toEqual(Object.keys(SETTINGS));
  });

  it('takes an address of this machine over http', () => {
    for (const url of ['http://127.0.0.1:4000', 'http://localhost', 'http://[::1]:80']) {
      expect(loadConfig({ SCOPEGATE_PUBLIC_URL: url }).SCOPEGATE_PUBLIC_URL).toBe(
        new URL(url).origin,
      );
    }
    expect(loadConfig({ SCOPEGATE_PUBLIC_URL: 'https://API.example.com/' })).toMatchObject({
      SCOPEGATE_PUBLIC_URL: 'https://api.example.com',
    });
  });

  it('takes several workers with PostgreSQL, and not with the embedded database', () => {
    const refused = (workers: number) =>
      `SCOPEGATE_WORKERS (--workers) is ${workers}, and the embedded database is for one process: set DATABASE_URL to a PostgreSQL, or take 1.`;
    expect(loadConfig({ ...REAL, SCOPEGATE_WORKERS: '2' }).SCOPEGATE_WORKERS).toBe(2);
    expect(problemsOf({ SCOPEGATE_WORKERS: '2' })).toEqual([refused(2)]);
    expect(problemsOf({ SCOPEGATE_WORKERS: '1' })).toEqual([]);
    expect(problemsOf({ SCOPEGATE_WORKERS: '3', PORT: 'x', HOST: '0.0.0.0' })).toEqual([
      `PORT ${WHOLE(0, 65_535)}`,
      refused(3),
    ]);
    // One problem hides no other, and an address that is wrong is an address.
    expect(problemsOf({ SCOPEGATE_WORKERS: '3', DATABASE_URL: 'db' })).toEqual([
      `DATABASE_URL ${DATABASE}`,
    ]);
  });

  it('takes a worker for each core', () => {
    const { SCOPEGATE_WORKERS } = loadConfig({ ...REAL, SCOPEGATE_WORKERS: 'auto' });
    expect(SCOPEGATE_WORKERS).toBe(Math.min(availableParallelism(), 64));
  });

  it('refuses unknown SCOPEGATE_ names with the list of those that there are', () => {
    const known = Object.keys(SETTINGS).join(', ');
    expect(problemsOf({ SCOPEGATE_MAX_DEPHT: '3' })).toEqual([
      `SCOPEGATE_MAX_DEPHT is not a setting. Settings are: ${known}.`,
    ]);
    // Names that every object has are not settings either.
    expect(problemsOf({ SCOPEGATE_: '', SCOPEGATE_toString: 'x' })).toEqual([
      `SCOPEGATE_, SCOPEGATE_toString are not settings. Settings are: ${known}.`,
    ]);
    expect(problemsOf({ scopegate_max_depth: '3', SCOPE: 'x', NODE_ENV: 'test' })).toEqual([]);
  });

  it('reports every problem at once, each with the name of its variable', () => {
    const problems = problemsOf({
      PORT: 'http',
      HOST: '0.0.0.0',
      DATABASE_URL: 'here',
      SCOPEGATE_ISSUERS: JSON.stringify([{ ...ISSUER, audience: '', jwks: 'http://x.example' }]),
      SCOPEGATE_LOG_LEVEL: 'loud',
      SCOPEGATE_TYPO: '1',
    });
    expect(problems.map((problem) => problem.split(' ', 1)[0])).toEqual([
      'PORT',
      'DATABASE_URL',
      'SCOPEGATE_ISSUERS',
      'SCOPEGATE_ISSUERS',
      'SCOPEGATE_LOG_LEVEL',
      'SCOPEGATE_TYPO',
    ]);
  });

  it('passes on what is wrong with the issuers', () => {
    const { audience: _, ...withoutAudience } = ISSUER;
    expect(problemsOf({ SCOPEGATE_ISSUERS: JSON.stringify([withoutAudience]) })).toEqual([
      'SCOPEGATE_ISSUERS entry 0 ("https://login.example.com") needs "audience", a non-empty string: what the "aud" of its tokens contains for this gateway.',
    ]);
    expect(problemsOf({ SCOPEGATE_ISSUERS: '{' })).toEqual([
      'SCOPEGATE_ISSUERS is not valid JSON; give a JSON array with one object per issuer.',
    ]);
    expect(problemsOf({ SCOPEGATE_ISSUERS: JSON.stringify([ISSUER, ISSUER]) })).toEqual([
      'SCOPEGATE_ISSUERS entry 1 ("https://login.example.com") repeats the issuer of entry 0; keep one of the two.',
    ]);
  });

  it('never repeats the value of a secret in what it says', () => {
    const problems = problemsOf({
      DATABASE_URL: `mysql://app:${PASSWORD}@db/x`,
      SCOPEGATE_OWNER_URL: PASSWORD,
      SCOPEGATE_SECRET: PASSWORD,
      SCOPEGATE_SECRETS: PASSWORD,
    });
    expect(problems).toHaveLength(4);
    expect(problems.join('\n')).not.toContain(PASSWORD);
  });
});

describe('the demo', () => {
  it.each(['127.0.0.1', '127.0.0.2', '127.255.255.254', '::1', 'localhost'])(
    'runs with the embedded database on %s, and needs nothing else',
    (HOST) => expect(loadConfig({ HOST }).demo).toBe(true),
  );

  it.each([
    ...[
      '0.0.0.0',
      '::',
      '10.0.0.1',
      '192.168.1.20',
      'example.com',
      '128.0.0.1',
      '::ffff:127.0.0.1',
    ],
    ...['localhost.example.com', '127.0.0.1.example.com', 'x127.0.0.1', '127.0.0.1 ', '127.1'],
  ])('does not run on "%s": what it had by default must be set', (HOST) => {
    expect(problemsOf({ HOST })).toEqual([
      `HOST is ${HOST}, and the demo runs on a loopback host only: set SCOPEGATE_PUBLIC_URL, SCOPEGATE_SECRET.`,
    ]);
    const { DATABASE_URL: _, ...rest } = REAL;
    expect(loadConfig({ ...rest, HOST }).demo).toBe(false);
  });

  it('does not run beside a PostgreSQL, on a loopback host either', () => {
    expect(problemsOf({ DATABASE_URL: REAL.DATABASE_URL })).toEqual([
      'DATABASE_URL is set, so the demo is off: set SCOPEGATE_PUBLIC_URL, SCOPEGATE_SECRET.',
    ]);
    expect(loadConfig({ ...REAL, HOST: '127.0.0.1' }).demo).toBe(false);
  });

  it.each(['SCOPEGATE_PUBLIC_URL', 'SCOPEGATE_SECRET'] as const)(
    'leaves nothing to a default when it is off: %s',
    (name) => {
      const { [name]: _, ...rest } = REAL;
      expect(problemsOf(rest)).toEqual([`DATABASE_URL is set, so the demo is off: set ${name}.`]);
    },
  );

  it('leaves no gateway that trusts nobody: without its own tokens it needs issuers when it is off', () => {
    const { SCOPEGATE_ISSUERS: _, ...rest } = REAL;
    const problems = ['DATABASE_URL is set, so the demo is off: set SCOPEGATE_ISSUERS.'];
    expect(problemsOf({ ...rest, SCOPEGATE_OAUTH: 'off' })).toEqual(problems);
    expect(problemsOf({ ...rest, SCOPEGATE_OAUTH: 'off', SCOPEGATE_ISSUERS: '[]' })).toEqual(
      problems,
    );
    expect(loadConfig(rest).SCOPEGATE_OAUTH).toBe('on');
    expect(loadConfig({ ...REAL, SCOPEGATE_OAUTH: 'off' }).SCOPEGATE_OAUTH).toBe('off');
  });

  it('stands beside configured issuers', () => {
    const config = loadConfig({ SCOPEGATE_ISSUERS: ISSUERS });
    expect(config.demo).toBe(true);
    expect(config.SCOPEGATE_ISSUERS).toHaveLength(1);
  });
});

describe('printConfig', () => {
  it('prints every setting and whether the demo runs', () => {
    const lines = printConfig(loadConfig({})).split('\n');
    expect(lines.map((line) => line.split(/[= ]/, 1)[0])).toEqual([
      ...Object.keys(SETTINGS),
      'demo',
    ]);
    expect(lines).toEqual(
      expect.arrayContaining([
        'PORT=4000',
        'HOST=127.0.0.1',
        'DATABASE_URL (not set)',
        'SCOPEGATE_ISSUERS (not set)',
        'SCOPEGATE_INTROSPECTION=public',
        'SCOPEGATE_MAX_BODY=262144',
        'demo=true',
      ]),
    );
  });

  it('never prints a secret', () => {
    const owner = `postgres://owner:${PASSWORD}@db.example.com/scopegate`;
    const text = printConfig(loadConfig({ ...REAL, SCOPEGATE_OWNER_URL: owner }));
    expect(text).toContain('DATABASE_URL=(secret)\n');
    expect(text).toContain('SCOPEGATE_OWNER_URL=(secret)\n');
    expect(text).toContain('SCOPEGATE_SECRET=(secret)\n');
    expect(text).toContain(`SCOPEGATE_ISSUERS=${ISSUER.issuer}\n`);
    expect(text).toContain('demo=false');
    expect(text).not.toContain(PASSWORD);
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain([...Buffer.alloc(32, 7)].join(','));
  });
});
