import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Source } from '../../src/data/source.ts';
import { AppError } from '../../src/errors.ts';
import { encodeRows } from '../support/encode-rows.ts';
import { STORE, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { createKit } from '../token/token-kit.ts';
import { post, type Started, start } from './kit.ts';

const QUERY = '{ orders(first: 2) { nodes { id sourceNumber } } }';

let data: TestGateway;
let gateway: Started;
/** What the source does instead of answering, where a test says so. */
let instead: Source['wave'] | null = null;

beforeAll(async () => {
  data = await startTestGateway('pglite');
  const { source } = data;
  const wave: Source['wave'] = (...args) => (instead ?? source.wave)(...args);
  const kit = createKit({ store: STORE.id });
  gateway = await start({ kit, source: { ...source, wave }, limits: { ...LIMITS } });
  for (let times = 0; times < 3; times += 1) await ask();
});

afterAll(async () => {
  await gateway.close();
  await data.close();
});

const LIMITS = {
  maxTokens: 5_000,
  maxDepth: 16,
  maxAliases: 50,
  maxBodyBytes: 10_000,
  requestMilliseconds: 1_500,
};

const ask = (query = QUERY) =>
  post(gateway.endpoint, { query }, { token: gateway.token('read_orders') });

/** Sends parts of one connection, one after the other, and gives everything that comes back until it ends. */
async function sendParts(parts: readonly string[]): Promise<string> {
  const socket = connect(gateway.port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  for (const part of parts) {
    socket.write(part);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await ended;
  return Buffer.concat(chunks).toString();
}

const head = (length: number, more = '') =>
  `POST /graphql HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\nauthorization: Bearer ${gateway.token('read_orders')}\r\ncontent-length: ${length}\r\n${more}\r\n`;

describe('a request that was compiled', () => {
  it('may come in as many pieces as it likes', async () => {
    const body = JSON.stringify({ query: QUERY });
    const whole = await sendParts([head(body.length) + body]);
    const pieces = await sendParts([head(body.length), ...(body.match(/.{1,7}/g) ?? [])]);
    const bodyOf = (answer: string) => answer.slice(answer.indexOf('\r\n\r\n'));
    expect(whole).toMatch(/^HTTP\/1\.1 200 /);
    expect(bodyOf(pieces)).toBe(bodyOf(whole));
    expect(bodyOf(whole)).toContain('"sourceNumber"');
  });

  it('is answered after one that was left to the pipeline on the same connection', async () => {
    const body = JSON.stringify({ query: QUERY });
    const other = JSON.stringify({ query: '{ nonsense }' });
    const alive = (text: string) => head(text.length).replace('connection: close\r\n', '');
    const answers = await sendParts([
      alive(other) + other,
      alive(body) + body,
      head(body.length) + body,
    ]);
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual([
      'HTTP/1.1 200',
      'HTTP/1.1 200',
      'HTTP/1.1 200',
    ]);
    expect(answers.match(/"sourceNumber"/g)).toHaveLength(4);
  });

  it('is answered beside as many others as there are, each with its own', async () => {
    const query = 'query Page($first: Int) { orders(first: $first) { nodes { id } } }';
    const token = gateway.token('read_orders');
    const page = async (first: number) => {
      const { body } = await post(gateway.endpoint, { query, variables: { first } }, { token });
      return (body.data?.orders as { nodes: unknown[] } | undefined)?.nodes.length;
    };
    for (let times = 0; times < 3; times += 1) expect(await page(1)).toBe(1);
    const sizes = Array.from({ length: 40 }, (_, index) => 1 + (index % 20));
    expect(await Promise.all(sizes.map(page))).toEqual(sizes);
  });

  it('is answered in its turn when it is sent before the one before is answered', async () => {
    const bodies = [2, 1, 3].map((first) =>
      JSON.stringify({ query: `{ orders(first: ${first}) { nodes { id } } }` }),
    );
    for (let times = 0; times < 3; times += 1) {
      for (const body of bodies) await ask(JSON.parse(body).query);
    }
    const alive = (text: string) => head(text.length).replace('connection: close\r\n', '') + text;
    const [first = '', second = '', third = ''] = bodies;
    const answers = await sendParts([alive(first) + alive(second) + head(third.length) + third]);
    const found = answers.match(/\{"data".*/g) ?? [];
    expect(found.map((data) => data.match(/"id"/g)?.length)).toEqual([2, 1, 3]);
  });

  it('whose body is longer than it may be is refused', async () => {
    const body = JSON.stringify({ query: `${QUERY}${' '.repeat(10_000)}` });
    const answer = await sendParts([head(body.length) + body]);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('BODY_TOO_LARGE');
  });

  it('that is cut off harms nobody', async () => {
    const socket = connect(gateway.port, '127.0.0.1');
    socket.write(`${head(1_000)}{"query":`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    expect((await ask()).status).toBe(200);
  });

  it('whose sender is gone when the data come harms nobody', async () => {
    let wasAsked = () => {};
    const asked = new Promise<void>((resolve) => {
      wasAsked = resolve;
    });
    let give = () => {};
    const given = new Promise<void>((resolve) => {
      give = resolve;
    });
    instead = async (...args) => {
      wasAsked();
      await given;
      return data.source.wave(...args);
    };
    const body = JSON.stringify({ query: QUERY });
    const socket = connect(gateway.port, '127.0.0.1');
    socket.write(head(body.length) + body);
    await asked;
    instead = null;
    socket.destroy();
    await once(socket, 'close');
    // The gateway has heard of it as well once it has answered somebody else.
    expect((await ask()).status).toBe(200);
    give();
    expect((await ask()).status).toBe(200);
  });

  it.each([
    ['an array', `[{"query":${JSON.stringify(QUERY)}}]`],
    ['no JSON', '{"query":'],
    ['a number for variables', JSON.stringify({ query: QUERY, variables: 7 })],
    ['a key that is not known', JSON.stringify({ query: QUERY, id: 'x' })],
  ])('is answered as the pipeline does when its body is %s', async (_name, body) => {
    const answer = await sendParts([head(Buffer.byteLength(body)) + body]);
    expect(answer).toMatch(/^HTTP\/1\.1 (200|400) /);
    expect(answer).toMatch(/"errors"|"data"/);
  });

  it('gets 503 while the database is away, and the data when it is back', async () => {
    instead = () => Promise.reject(new AppError('UNAVAILABLE', 'The database cannot be reached.'));
    const away = await ask();
    instead = null;
    expect([away.status, away.body.errors?.[0]?.extensions.code]).toEqual([503, 'UNAVAILABLE']);
    expect(away.headers.get('retry-after')).toBe('5');
    expect((await ask()).body.errors).toBeUndefined();
  });

  it('gets 504 when it takes too long, and is asked once', async () => {
    let asked = 0;
    instead = () => {
      asked += 1;
      return new Promise(() => {});
    };
    const slow = await ask();
    instead = null;
    expect([slow.status, slow.body.errors?.[0]?.extensions.code]).toEqual([504, 'TIMEOUT']);
    expect(asked).toBe(1);
  });

  it('is answered where the short way has a fault, which is logged', async () => {
    let asked = 0;
    instead = (...args) => {
      asked += 1;
      return asked === 1 ? Promise.reject(new TypeError('a fault')) : data.source.wave(...args);
    };
    const faults = () => gateway.lines.filter(({ message }) => message === 'engine failed');
    const before = faults().length;
    const { status, body } = await ask();
    instead = null;
    expect([status, body.errors, asked]).toEqual([200, undefined, 2]);
    expect(faults().slice(before)).toMatchObject([
      { level: 'error', fields: { err: { name: 'TypeError' } } },
    ]);
  });

  it('of rows that are not as they should be is answered by the executor, field by field', async () => {
    instead = (_session, loads) =>
      Promise.resolve(loads.map((load) => encodeRows(load, [{ id: 'ord_1', tags: [] }])));
    const { body } = await ask('{ orders(first: 2) { nodes { id sourceNumber } } }');
    instead = null;
    expect(body.data).toEqual({ orders: null });
    expect(body.errors?.[0]?.path).toEqual(['orders', 'nodes', 0, 'sourceNumber']);
  });
});
