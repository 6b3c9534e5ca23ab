import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  CHALLENGE,
  emptySource,
  LIMITS,
  MEDIA_TYPES,
  parseAnswer,
  post,
  raw,
  read,
  requestText,
  type Started,
  start,
} from '../gateway/kit.ts';
import type { Answer } from '../support/gateway.ts';

let gateway: Started;
let waves = 0;

beforeAll(async () => {
  gateway = await start({
    source: emptySource({
      wave: async (_session, loads) => {
        waves += 1;
        return loads.map(() => []);
      },
    }),
  });
});

afterAll(() => gateway.close());

/** Whatever was sent, the gateway still answers the next one, and nothing was our fault. */
async function expectAlive(to: Started) {
  const answer = await post(to.endpoint, { query: '{ __typename }' });
  expect(answer.body).toEqual({ data: { __typename: 'Query' } });
  expect(to.lines.splice(0).filter(({ level }) => level === 'error')).toEqual([]);
}

afterEach(() => expectAlive(gateway));

/** With a token, because nothing of it may depend on being refused for want of one. */
const ask = (
  query: string,
  accept: string = 'application/json',
  token = gateway.token('read_orders'),
) => post(gateway.endpoint, { query }, { token, accept });

function expectRefused(answer: Answer, message: string, maximum: number) {
  expect(answer.body).toEqual({
    errors: [{ message, extensions: { code: 'LIMIT_EXCEEDED', maximum } }],
  });
  expect(answer.status).toBe(400);
}

/** Orders inside orders, as many levels of fields as asked for. */
const levels = (depth: number) =>
  `{ orders { nodes ${'{ originalOrder '.repeat(depth - 3)}{ id }${' }'.repeat(depth - 3)} } }`;

const aliases = (count: number, field = 'scopes { name }') =>
  `{ ${Array.from({ length: count }, (_, index) => `a${index}: ${field}`).join(' ')} }`;

describe.each(MEDIA_TYPES)('a document, as %s', (accept) => {
  it('may have 16 levels of fields', async () => {
    const answer = await ask(levels(16), accept);
    expect([answer.status, answer.body]).toEqual([200, { data: { orders: { nodes: [] } } }]);
  });

  it('may not have 17', async () => {
    const message = 'The document has 17 levels of fields; at most 16 are answered.';
    expectRefused(await ask(levels(17), accept), message, 16);
    const spread = `{ orders { ...F } } fragment F on OrderConnection { nodes ${'{ originalOrder '.repeat(14)}{ id }${' }'.repeat(14)} }`;
    expectRefused(await ask(spread, accept), message, 16);
  });

  it('may have levels of inline fragments that are no levels of fields', async () => {
    const answer = await ask(`${'{ ... '.repeat(50)}{ __typename }${' }'.repeat(50)}`, accept);
    expect([answer.status, answer.body]).toEqual([200, { data: { __typename: 'Query' } }]);
  });

  it('may have 50 aliases', async () => {
    const answer = await ask(aliases(50), accept);
    expect([answer.status, answer.body.errors]).toEqual([200, undefined]);
  });

  it('may not have 51', async () => {
    const message = 'The document has 51 aliases; at most 50 are answered.';
    expectRefused(await ask(aliases(51), accept), message, 50);
  });

  it('may not have 51 aliases of __typename either', async () => {
    const message = 'The document has 51 aliases; at most 50 are answered.';
    expectRefused(await ask(aliases(51, '__typename'), accept), message, 50);
  });

  it('may not have them in a fragment, counted where it is spread', async () => {
    const query = `{ ...F x: scopes { ...G } y: scopes { ...G } }
      fragment F on Query ${aliases(9)} fragment G on Scope ${aliases(20, 'name')}`;
    const answer = await ask(query, accept);
    expect(answer.status).toBe(400);
    expect(answer.body.errors?.[0]?.message).toMatch(
      /^The document has \d+ aliases; at most 50 are answered\.$/,
    );
    expect(answer.body.errors?.[0]?.extensions).toEqual({ code: 'LIMIT_EXCEEDED', maximum: 50 });
  });

  /** Operations of five tokens each. */
  const operations = (count: number) =>
    Array.from({ length: count }, (_, index) => `query A${index} { __typename }`).join(' ');

  it('may have 5000 tokens', async () => {
    const body = { query: operations(1_000), operationName: 'A1' };
    const answer = await post(gateway.endpoint, body, { accept });
    expect([answer.status, answer.body]).toEqual([200, { data: { __typename: 'Query' } }]);
  });

  it('may not have 5001', async () => {
    const message = 'The document has more than 5000 tokens; at most 5000 are answered.';
    const query = `${operations(999)} query Last { __typename __typename }`;
    const answer = await post(gateway.endpoint, { query, operationName: 'A1' }, { accept });
    expectRefused(answer, message, 5000);
  });

  it('may have 200 levels of brackets', async () => {
    const answer = await ask(`${'{ ... '.repeat(199)}{ __typename }${' }'.repeat(199)}`, accept);
    expect([answer.status, answer.body]).toEqual([200, { data: { __typename: 'Query' } }]);
  });

  it('may not have 201', async () => {
    const message = 'The document has more than 200 levels of brackets; at most 200 are answered.';
    const query = `${'{ ... '.repeat(200)}{ __typename }${' }'.repeat(200)}`;
    expectRefused(await ask(query, accept), message, 200);
  });
});

describe('a document that is too much', () => {
  const DEEP = [
    ['selection sets', (n: number) => `${'{a'.repeat(n)}${'}'.repeat(n)}`],
    ['selection sets that are never closed', (n: number) => '{a'.repeat(n)],
    ['list literals', (n: number) => `{ nodes(ids: ${'['.repeat(n)}${']'.repeat(n)}) { id } }`],
    [
      'object literals',
      (n: number) => `{ orders(filter: ${'{a:'.repeat(n)}1${'}'.repeat(n)}) { totalCount } }`,
    ],
    ['list types', (n: number) => `query ($a: ${'['.repeat(n)}Int${']'.repeat(n)}) { __typename }`],
    ['inline fragments', (n: number) => `${'{...'.repeat(n)}{__typename}${'}'.repeat(n)}`],
    [
      'introspection',
      (n: number) => `{ __schema { types ${'{ofType'.repeat(n)}{name}${'}'.repeat(n)} } }`,
    ],
  ] as const;

  const big = { ...LIMITS, maxBodyBytes: 4 * 1024 * 1024, maxTokens: 1_000_000 };
  let wide: Started;

  beforeAll(async () => {
    wide = await start({ limits: big });
  });

  afterAll(() => wide.close());

  it.each(
    DEEP.flatMap(([what, make]) => [2_000, 100_000].map((count) => [count, what, make] as const)),
  )('is refused with %i levels of %s', async (count, _, make) => {
    const token = wide.token('read_orders');
    const accept = 'application/graphql-response+json';
    const { body, status } = await post(wide.endpoint, { query: make(count) }, { token, accept });
    expect(body).toEqual({
      errors: [
        {
          message: 'The document has more than 200 levels of brackets; at most 200 are answered.',
          extensions: { code: 'LIMIT_EXCEEDED', maximum: 200 },
        },
      ],
    });
    expect(status).toBe(400);
    await expectAlive(wide);
  });

  it.each(DEEP)('is refused or answered with 100 levels of %s', async (_, make) => {
    const answer = await ask(make(100));
    expect([200, 400]).toContain(answer.status);
    for (const { extensions } of answer.body.errors ?? [])
      expect(extensions.code).not.toBe('INTERNAL');
  });

  it('is refused with 10,000 aliases', async () => {
    expectRefused(
      await ask(aliases(10_000, '__typename'), 'application/graphql-response+json'),
      'The document has more than 5000 tokens; at most 5000 are answered.',
      5000,
    );
    const token = wide.token('read_orders');
    const answer = await post(wide.endpoint, { query: aliases(10_000) }, { token });
    expectRefused(answer, 'The document has 10000 aliases; at most 50 are answered.', 50);
  });

  const doubled = (spread: (next: string) => string, leaf: string) =>
    [
      ...Array.from({ length: 30 }, (_, i) => `fragment F${i} on Order { ${spread(`F${i + 1}`)} }`),
      `fragment F30 on Order { ${leaf} }`,
    ].join(' ');

  it('is answered at once with 30 doubled fragments', async () => {
    const query = `{ orders { nodes { ...F0 } } } ${doubled((next) => `...${next} ...${next}`, 'id')}`;
    const started = performance.now();
    const answer = await ask(query);
    expect([answer.status, answer.body]).toEqual([200, { data: { orders: { nodes: [] } } }]);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('is refused at once with 30 fragments that double a field', async () => {
    const field = (next: string) =>
      `a: originalOrder { ...${next} } b: originalOrder { ...${next} }`;
    const query = `{ orders { nodes { ...F0 } } } ${doubled(field, 'id')}`;
    const started = performance.now();
    const answer = await ask(query);
    expect(answer.status).toBe(400);
    expect(answer.body.errors?.[0]?.extensions.code).toBe('LIMIT_EXCEEDED');
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('is refused at once with 10 fragments that double a field within the depth', async () => {
    const field = (next: string) =>
      `a: originalOrder { ...${next} } b: originalOrder { ...${next} }`;
    const fragments = [
      ...Array.from({ length: 10 }, (_, i) => `fragment F${i} on Order { ${field(`F${i + 1}`)} }`),
      'fragment F10 on Order { id }',
    ];
    const answer = await ask(`{ orders { nodes { ...F0 } } } ${fragments.join(' ')}`);
    expect(answer.status).toBe(400);
    expect(answer.body.errors?.[0]?.extensions).toEqual({ code: 'LIMIT_EXCEEDED', maximum: 50 });
  });

  it.each([
    ['itself', 'fragment A on Order { id originalOrder { ...A } }', /within itself\.$/],
    [
      'itself by another one',
      'fragment A on Order { ...B } fragment B on Order { ...A }',
      /within itself via "B"\.$/,
    ],
  ])('is refused with a fragment that spreads %s', async (_, fragments, message) => {
    const answer = await ask(
      `{ orders { nodes { ...A } } } ${fragments}`,
      'application/graphql-response+json',
    );
    expect(answer.status).toBe(400);
    expect(answer.body.errors?.[0]?.message).toMatch(message);
    expect(answer.body.errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  it.each([
    ['100 deep', 100],
    ['6 deep', 6],
  ])('is refused with introspection that goes in circles, %s', async (_, count) => {
    const started = performance.now();
    const query = `{ __schema { types { ${'fields { type { '.repeat(count)}name${' } }'.repeat(count)} } } }`;
    const answer = await ask(query, 'application/graphql-response+json');
    expect(answer.status).toBe(400);
    expect(answer.body.data).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it.each([
    ['the same field', `{ ${'scopes { name } '.repeat(1_200)}}`],
    ['unknown fields', `{ ${Array.from({ length: 4_900 }, (_, i) => `f${i}`).join(' ')} }`],
    ['unknown directives', `{ __typename ${'@a '.repeat(2_400)}}`],
    [
      'unused variables',
      `query (${Array.from({ length: 1_200 }, (_, i) => `$a${i}: Int`).join(' ')}) { __typename }`,
    ],
    ['operations', Array.from({ length: 1_200 }, (_, i) => `query A${i} { __typename }`).join(' ')],
    [
      'fields that cannot be merged',
      `{ ${Array.from({ length: 500 }, (_, i) => `__type(name: "${i}") { name }`).join(' ')} }`,
    ],
    [
      'fragments that spread all others',
      `{ ...F0 } ${Array.from({ length: 60 }, (_, i) => `fragment F${i} on Query { __typename ${Array.from({ length: 59 - i }, (_, j) => `...F${i + j + 1}`).join(' ')} }`).join(' ')}`,
    ],
  ])('is answered or refused soon with many of %s', async (_, query) => {
    const started = performance.now();
    const answer = await ask(query, 'application/graphql-response+json');
    expect([200, 400]).toContain(answer.status);
    for (const { extensions } of answer.body.errors ?? [])
      expect(extensions.code).not.toBe('INTERNAL');
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});

describe('values that are too much', () => {
  const handled = (answer: Answer) => {
    expect(answer.status === 200 || (answer.status >= 400 && answer.status < 500)).toBe(true);
    for (const { extensions } of answer.body.errors ?? []) {
      expect(extensions?.code).not.toBe('INTERNAL');
    }
    return answer;
  };

  it.each([
    ['an integer literal', `{ orders(first: ${'9'.repeat(200_000)}) { totalCount } }`],
    ['a float literal', `{ orders(first: 1e${'9'.repeat(200_000)}) { totalCount } }`],
    ['a string literal', `{ order(id: "${'a'.repeat(200_000)}") { id } }`],
    ['a block string', `{ order(id: """${'\n'.repeat(200_000)}""") { id } }`],
    ['a name', `{ ${'a'.repeat(200_000)} }`],
    ['a comment', `{ __typename } #${'a'.repeat(200_000)}`],
  ])('do no harm as %s of 200,000 characters', async (_, query) => {
    const started = performance.now();
    handled(await ask(query));
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  const nested = (open: string, close: string, levels: number) =>
    `${open.repeat(levels)}1${close.repeat(levels)}`;

  it.each([
    ['lists', nested('[', ']', 50_000)],
    ['objects', nested('{"a":', '}', 20_000)],
  ])('do no harm as %s nested deep in JSON', async (_, json) => {
    const token = gateway.token('read_orders');
    const filter = 'query ($v: OrderFilter) { orders(filter: $v) { totalCount } }';
    const ids = 'query ($v: [ID!]!) { nodes(ids: $v) { id } }';
    for (const query of [filter, ids, '{ __typename }']) {
      for (const member of ['variables', 'extensions']) {
        const body = `{"query":${JSON.stringify(query)},"${member}":{"v":${json}}}`;
        handled(await post(gateway.endpoint, body, { token }));
      }
    }
    for (const body of [json, `{"query":${json}}`, `{"operationName":${json},"query":"{a}"}`]) {
      expect(handled(await post(gateway.endpoint, body, { token })).status).toBe(400);
    }
  });

  it('change no prototype, as members, variables, aliases, fragments or operations', async () => {
    const before = Reflect.ownKeys(Object.prototype);
    const token = gateway.token('read_orders');
    const inject = '{"polluted":true,"prototype":{"polluted":true}}';
    const query = JSON.stringify('query ($f: OrderFilter) { orders(filter: $f) { totalCount } }');
    const bodies = [
      `{"query":"{ __typename }","__proto__":${inject}}`,
      `{"query":"{ __typename }","constructor":${inject}}`,
      `{"query":"{ __typename }","variables":{"__proto__":${inject}}}`,
      `{"query":"{ __typename }","extensions":{"__proto__":${inject},"constructor":${inject}}}`,
      `{"query":${query},"variables":{"__proto__":{"f":{"customerEmail":"x"}}}}`,
      `{"query":${query},"variables":{"f":{"__proto__":{"customerEmail":"x"}}}}`,
      `{"query":${query},"variables":{"f":{"constructor":${inject}}}}`,
      `{"query":"query __proto__($__proto__: Int) { orders(first: $__proto__) { totalCount } }","variables":{"__proto__":5},"operationName":"__proto__"}`,
      `{"query":"query ($constructor: Int) { orders(first: $constructor) { totalCount } }"}`,
      `{"query":"{ ...__proto__ } fragment __proto__ on Query { __proto__: scopes { __proto__: name constructor: group toString: kind } }"}`,
      `{"query":"{ ...constructor }"}`,
      `{"query":"{ __typename }","operationName":"constructor"}`,
      `{"query":"{ orders(filter: { __proto__: { customerEmail: null } }) { totalCount } }"}`,
      `{"query":"{ __proto__ { polluted } constructor hasOwnProperty }"}`,
    ];
    for (const body of bodies) handled(await post(gateway.endpoint, body, { token }));
    expect(Reflect.ownKeys(Object.prototype)).toEqual(before);
    expect('polluted' in {}).toBe(false);
  });

  it('keep what __proto__ is an alias of', async () => {
    const answer = await ask('{ __proto__: __typename constructor: __typename }');
    expect(answer.text).toBe('{"data":{"__proto__":"Query","constructor":"Query"}}');
  });

  it.each([
    ['GET', 'variables'],
    ['GET', 'extensions'],
    ['POST', 'variables'],
    ['POST', 'extensions'],
  ])('are a bad request where a %s has %s that are no JSON', async (method, member) => {
    for (const text of ['{', 'nope', '[}', '"', "{'a':1}"]) {
      const form = new URLSearchParams({ query: '{ __typename }', [member]: text });
      const answer = await read(
        method === 'GET'
          ? await fetch(`${gateway.endpoint}?${form}`)
          : await fetch(gateway.endpoint, { method, body: form }),
      );
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
    }
  });
});

describe('a body', () => {
  const MAXIMUM = 1_000;
  let small: Started;

  beforeAll(async () => {
    small = await start({ limits: { ...LIMITS, maxBodyBytes: MAXIMUM } });
  });

  afterAll(() => small.close());
  afterEach(() => expectAlive(small));

  /** A JSON body of exactly this many bytes. */
  function bodyOf(bytes: number, filler = 'a'): string {
    const frame = '{"query":"{ __typename } #"}';
    const room = bytes - frame.length;
    const text = filler.repeat(Math.floor(room / Buffer.byteLength(filler)));
    const padding = 'x'.repeat(room - Buffer.byteLength(text));
    return frame.replace('#', `#${text}${padding}`);
  }

  const TOO_LARGE = { code: 'BODY_TOO_LARGE' };

  it.each(['a', '€'])('may have as many bytes as the limit says: %s', async (filler) => {
    const body = bodyOf(MAXIMUM, filler);
    expect(Buffer.byteLength(body)).toBe(MAXIMUM);
    expect((await post(small.endpoint, body)).body).toEqual({ data: { __typename: 'Query' } });
  });

  it.each(['a', '€'])('may not have one more: %s', async (filler) => {
    const answer = await post(small.endpoint, bodyOf(MAXIMUM + 1, filler));
    expect(answer.status).toBe(413);
    expect(answer.body.data).toBeUndefined();
    expect(answer.body.errors).toHaveLength(1);
  });

  it.each(MEDIA_TYPES)('that is too large is BODY_TOO_LARGE as %s', async (accept) => {
    const answer = await post(small.endpoint, bodyOf(MAXIMUM + 1), { accept });
    expect(answer.headers.get('content-type')).toBe(`${accept}; charset=utf-8`);
    expect(answer.body.errors?.[0]?.extensions).toMatchObject(TOO_LARGE);
  });

  it.each(['application/graphql', 'application/x-www-form-urlencoded', 'application/json'])(
    'of %s is bounded',
    async (type) => {
      const answer = await post(small.endpoint, bodyOf(MAXIMUM * 2), {
        headers: { 'content-type': type },
      });
      expect(answer.status).toBe(413);
    },
  );

  it('is refused by its Content-Length before it is sent', async () => {
    const answer = await raw(
      small.port,
      requestText('POST', '/graphql', {
        headers: { 'content-type': 'application/json', 'content-length': '99999999' },
      }),
      2_000,
    );
    expect(answer.status).toBe(413);
  });

  it.each([
    ['shorter than the body', { 'content-length': '10' }],
    ['negative', { 'content-length': '-1' }],
    ['no number', { 'content-length': '1e3' }],
    ['beside Transfer-Encoding', { 'content-length': '24', 'transfer-encoding': 'chunked' }],
  ])('is a bad request where its Content-Length is %s', async (_, headers) => {
    const answer = await raw(
      small.port,
      requestText('POST', '/graphql', {
        headers: { 'content-type': 'application/json', ...headers },
        body: '{"query":"{ __typename }"}',
      }),
    );
    expect(answer.status).toBe(400);
    expect(answer.text).not.toContain('"data"');
  });

  it('is answered before a stream that has no end was sent', async () => {
    const socket = connect(small.port, '127.0.0.1');
    let text = '';
    let sent = 0;
    const chunk = `10000\r\n${'a'.repeat(65_536)}\r\n`;
    const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
    socket.on('error', () => {});
    socket.on('data', (data) => {
      text += data.toString('latin1');
    });
    socket.write(
      'POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
    );
    const deadline = performance.now() + 5_000;
    while (text === '' && !socket.destroyed && performance.now() < deadline) {
      socket.write(chunk);
      sent += 65_536;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    socket.destroy();
    await closed;
    expect(parseAnswer(text).status).toBe(413);
    expect(sent).toBeLessThan(16 * 1024 * 1024);
  });

  it('may come in many small chunks', async () => {
    const parts = ['{"query":', '"{ __type', 'name', ' }"}'];
    const chunks = parts.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join('');
    const answer = await raw(
      small.port,
      `${requestText('POST', '/graphql', {
        headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
      })}${chunks}0\r\n\r\n`,
    );
    expect([answer.status, answer.body]).toEqual([200, '{"data":{"__typename":"Query"}}']);
  });

  it('is not decompressed', async () => {
    const bomb = gzipSync(`{"query":"{ __typename } #${'a'.repeat(300_000)}"}`);
    expect(bomb.length).toBeLessThan(MAXIMUM);
    const answer = await post(small.endpoint, new Uint8Array(bomb), {
      headers: { 'content-encoding': 'gzip' },
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
  });

  it.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['null', 'null'],
    ['a number', '1'],
    ['a string', '"{ __typename }"'],
    ['an empty list', '[]'],
    ['an unknown member', '{"query":"{ __typename }","queries":[]}'],
    ['a query that is an object', '{"query":{}}'],
    ['no query', '{}'],
    ['variables that are a list', '{"query":"{ __typename }","variables":[]}'],
    ['variables that are text', '{"query":"{ __typename }","variables":"{}"}'],
    ['an operation name that is a number', '{"query":"{ __typename }","operationName":1}'],
    ['bytes after the end', '{"query":"{ __typename }"}{}'],
    ['a byte order mark inside', '{\ufeff"query":"{ __typename }"}'],
  ])('is a bad request with %s', async (_, body) => {
    const accept = 'application/graphql-response+json';
    const answer = await post(small.endpoint, body, { accept });
    expect(answer.status).toBe(400);
    expect(answer.body.data).toBeUndefined();
    expect(answer.body.errors?.[0]?.extensions.code).not.toBe('INTERNAL');
  });

  it('is not repeated in the answer when it is no JSON', async () => {
    const answer = await post(small.endpoint, '{"query":"{ a }","password":"hunter2-hunter2');
    expect(answer.status).toBe(400);
    expect(answer.text).not.toContain('hunter2');
  });

  it('is read as UTF-8, whatever bytes it has', async () => {
    const bytes = Buffer.concat([
      Buffer.from('{"query":"{ order(id: \\"'),
      Buffer.from([0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80]),
      Buffer.from('\\") { id } }"}'),
    ]);
    const token = small.token('read_orders');
    const answer = await post(small.endpoint, new Uint8Array(bytes), { token });
    expect([answer.status, answer.body]).toEqual([200, { data: { order: null } }]);
  });
});

describe('more than one operation at a time', () => {
  it.each(MEDIA_TYPES)('is refused, as %s', async (accept) => {
    for (const count of [1, 2, 1_000]) {
      const batch = Array.from({ length: count }, () => ({ query: '{ __typename }' }));
      const answer = await post(gateway.endpoint, batch, { accept });
      expect(answer.status).toBe(400);
      expect(answer.body.errors).toHaveLength(1);
      expect(answer.body.errors?.[0]?.message).toBe('Batching is not supported.');
      expect(answer.body.data).toBeUndefined();
    }
  });
});

describe('time', () => {
  it.each(MEDIA_TYPES)('runs out with 504, as %s', async (accept) => {
    const slow = await start({
      source: emptySource({ wave: () => new Promise(() => {}) }),
      limits: { ...LIMITS, requestMilliseconds: 200 },
    });
    try {
      const started = performance.now();
      const token = slow.token('read_orders');
      const query = '{ scopes { name } orders { totalCount } }';
      const answer = await post(slow.endpoint, { query }, { token, accept });
      const elapsed = performance.now() - started;
      expect(answer.status).toBe(504);
      expect(answer.headers.get('content-type')).toBe(`${accept}; charset=utf-8`);
      expect(answer.body).toEqual({
        errors: [
          {
            message: 'The operation took longer than 0.2 s. Ask for less, or for smaller pages.',
            extensions: { code: 'TIMEOUT' },
          },
        ],
      });
      expect(elapsed).toBeGreaterThan(190);
      expect(elapsed).toBeLessThan(2_000);
      await expectAlive(slow);
    } finally {
      await slow.close(0);
    }
  });

  it.each([
    ['a head', 'POST /graphql HTTP/1.1\r\nhost: x\r\n'],
    [
      'a body',
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
    ],
    [
      'a stream',
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n',
    ],
  ])('runs out for %s that does not come to its end', async (_, text) => {
    const impatient = await start({ limits: { ...LIMITS, requestMilliseconds: 500 } });
    try {
      const answer = await raw(impatient.port, text, 3_000);
      expect(answer.status).toBe(408);
      await expectAlive(impatient);
    } finally {
      await impatient.close(0);
    }
  });

  it('is enough for an operation that is in time', async () => {
    const source = emptySource({
      wave: async (_session, loads) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        return loads.map(() => []);
      },
    });
    const quick = await start({ source, limits: { ...LIMITS, requestMilliseconds: 2_000 } });
    try {
      const token = quick.token('read_orders');
      const answer = await post(
        quick.endpoint,
        { query: '{ order(id: "ord_1") { id } }' },
        { token },
      );
      expect([answer.status, answer.body]).toEqual([200, { data: { order: null } }]);
    } finally {
      await quick.close(0);
    }
  });
});

const MUTATION = 'mutation { orderTagsAdd(input: {id: "ord_1", tags: ["a"]}) { id } }';

describe('GET', () => {
  const get = async (parameters: Record<string, string>, headers: Record<string, string> = {}) =>
    read(await fetch(`${gateway.endpoint}?${new URLSearchParams(parameters)}`, { headers }));

  it('answers a query, with variables and an operation name', async () => {
    const answer = await get({
      query: 'query A($n: String!) { __type(name: $n) { name } } query B { __typename }',
      variables: '{"n":"Order"}',
      operationName: 'A',
    });
    expect([answer.status, answer.body]).toEqual([200, { data: { __type: { name: 'Order' } } }]);
  });

  it('answers a guarded query with a token and not without', async () => {
    const query = '{ orders { totalCount } }';
    const refused = await get({ query });
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, CHALLENGE]);
    const authorization = `Bearer ${gateway.token('read_orders')}`;
    const allowed = await get({ query }, { authorization });
    expect([allowed.status, allowed.body]).toEqual([200, { data: { orders: { totalCount: 0 } } }]);
  });

  it.each(['mutation { __typename }', 'mutation { createOrder { id } }', MUTATION])(
    'runs no mutation: %s',
    async (query) => {
      const accept = 'application/graphql-response+json';
      for (const token of [null, gateway.token('write_orders')]) {
        const authorization = token && { authorization: `Bearer ${token}` };
        const answer = await get({ query }, { accept, ...authorization });
        expect(answer.status).toBeGreaterThanOrEqual(400);
        expect(answer.status).toBeLessThan(500);
        expect(answer.body.data ?? null).toBeNull();
      }
    },
  );
});

describe('an operation of a kind that the schema does not have', () => {
  it.each(MEDIA_TYPES)('is never our fault, as %s', async (accept) => {
    for (const query of ['subscription { __typename }', 'subscription { orderUpdated { id } }']) {
      for (const token of [null, gateway.token('read_orders')]) {
        const answer = await post(gateway.endpoint, { query }, { accept, token });
        expect(answer.status).toBeLessThan(500);
        expect(answer.body.data ?? null).toBeNull();
        expect(answer.body.errors?.length).toBeGreaterThan(0);
      }
    }
  });

  it('is a bad request as application/graphql-response+json', async () => {
    const accept = 'application/graphql-response+json';
    const query = 'subscription { __typename }';
    expect((await post(gateway.endpoint, { query }, { accept })).status).toBe(400);
  });
});

describe('a mutation', () => {
  it.each(MEDIA_TYPES)('may say its type to anyone, as %s', async (accept) => {
    const answer = await post(gateway.endpoint, { query: 'mutation { __typename }' }, { accept });
    expect([answer.status, answer.body]).toEqual([200, { data: { __typename: 'Mutation' } }]);
  });

  it.each(MEDIA_TYPES)('that there is not is never our fault, as %s', async (accept) => {
    for (const token of [null, gateway.token('write_orders')]) {
      const query = 'mutation { createOrder { id } }';
      const answer = await post(gateway.endpoint, { query }, { accept, token });
      expect(answer.status).toBe(accept === 'application/json' ? 200 : 400);
      expect(answer.body.data ?? null).toBeNull();
      expect(answer.body.errors?.[0]?.message).toMatch(/^Cannot query field "createOrder"/);
    }
  });

  it.each(MEDIA_TYPES)('that is refused is never our fault, as %s', async (accept) => {
    const none = await post(gateway.endpoint, { query: MUTATION }, { accept });
    const read = await ask(MUTATION, accept);
    expect([none.status, none.body.errors?.[0]?.extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
    expect([read.status, read.body.errors?.[0]?.extensions.code]).toEqual([
      403,
      'INSUFFICIENT_SCOPE',
    ]);
  });
});

describe('another origin', () => {
  const ORIGINS = ['https://evil.example', 'null', 'https://api.example.com', '*'];

  const expectNoCors = ({ headers }: Response | Answer) =>
    expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);

  it.each(ORIGINS)('%s may read no answer', async (origin) => {
    const headers = { origin };
    const query = '{ __typename }';
    expectNoCors(await post(gateway.endpoint, { query }, { headers }));
    expectNoCors(await post(gateway.endpoint, { query }, { headers, token: 'nonsense' }));
    expectNoCors(await post(gateway.endpoint, { query: '{ orders { totalCount } }' }, { headers }));
    for (const path of [
      '/graphql',
      '/healthz',
      '/nowhere',
      '/.well-known/oauth-protected-resource',
    ]) {
      const response = await fetch(`${gateway.url}${path}`, { headers });
      await response.text();
      expectNoCors(response);
    }
  });

  it.each(ORIGINS)('%s gets nothing from a preflight', async (origin) => {
    for (const method of ['POST', 'GET']) {
      const response = await fetch(gateway.endpoint, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': method,
          'access-control-request-headers': 'authorization, content-type',
          'access-control-request-private-network': 'true',
        },
      });
      await response.text();
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('GET, POST');
      expectNoCors(response);
    }
  });

  it.each([
    ['text/plain', '{"query":"{ orders { totalCount } }"}'],
    ['text/plain;charset=UTF-8', '{"query":"{ orders { totalCount } }"}'],
    ['text/plain; application/json', '{"query":"{ orders { totalCount } }"}'],
    [
      'multipart/form-data; boundary=x',
      '--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n{"query":"{ orders { totalCount } }"}\r\n--x--\r\n',
    ],
    ['multipart/form-data', ''],
    ['', '{"query":"{ orders { totalCount } }"}'],
  ])('cannot send a body as %j', async (type, body) => {
    waves = 0;
    const answer = await raw(
      gateway.port,
      requestText('POST', '/graphql', {
        headers: {
          'content-type': type,
          authorization: `Bearer ${gateway.token('read_orders')}`,
          'content-length': String(body.length),
        },
        body,
      }),
    );
    expect(answer.status).toBe(415);
    expect(answer.text).not.toContain('"data"');
    expect(waves).toBe(0);
  });
});
