import fc from 'fast-check';
import pg from 'pg';
import { describe, expect, inject, it } from 'vitest';
import { Messages, RowClient } from '../../src/data/postgres-rows.ts';
import type { Cell } from '../../src/data/source.ts';

/** Of all that can be mistaken: characters of one to four bytes, and cells whose length is itself a byte above ASCII. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary', maxLength: 300 }).map((string) => Buffer.from(string).toString()),
  fc.integer({ min: 0, max: 400 }).map((length) => 'x'.repeat(length)),
  fc.constantFrom(
    '\ufffd',
    '\u0080',
    'é'.repeat(64),
    `${'a'.repeat(200)}\u{1f600}`,
    'x'.repeat(70_000),
  ),
);
const row = fc.array(fc.option(text), { maxLength: 12 });

interface Message {
  readonly code: string;
  readonly body: Buffer;
}

const messageOf = ({ code, body }: Message) => {
  const bytes = Buffer.alloc(5 + body.length, code);
  bytes.writeUInt32BE(4 + body.length, 1);
  body.copy(bytes, 5);
  return bytes;
};

function rowMessage(cells: readonly Cell[]): Buffer {
  const count = Buffer.alloc(2);
  count.writeInt16BE(cells.length);
  const body = cells.flatMap((cell) => {
    const bytes = Buffer.from(cell ?? '');
    const length = Buffer.alloc(4);
    length.writeInt32BE(cell === null ? -1 : bytes.length);
    return [length, bytes];
  });
  return messageOf({ code: 'D', body: Buffer.concat([count, ...body]) });
}

const other = fc
  .record({
    code: fc.constantFrom('1', '2', 'C', 'E', 'N', 'T', 'Z'),
    body: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  })
  .map(messageOf);

type Seen = { readonly row: readonly Cell[] } | { readonly other: string };

/** What is read of some pieces; what is passed on is joined, as it may come in any pieces. */
function read(pieces: readonly Buffer[]): Seen[] {
  const seen: Seen[] = [];
  const messages = new Messages(
    (cells) => seen.push({ row: cells }),
    (bytes) => {
      const last = seen.at(-1);
      const before = last && 'other' in last ? last.other : '';
      if (before !== '') seen.pop();
      seen.push({ other: before + bytes.toString('hex') });
    },
  );
  for (const piece of pieces) messages.read(piece);
  return seen;
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length];
  const sorted = at.toSorted((one, two) => one - two);
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
}

describe('messages of a server', () => {
  it('are the same wherever they are cut, each in its turn', () => {
    const sent = fc.array(fc.oneof(row, other), { maxLength: 8 });
    fc.assert(
      fc.property(sent, fc.array(fc.nat(), { maxLength: 20 }), (messages, places) => {
        const bytes = messages.map((each) => (Buffer.isBuffer(each) ? each : rowMessage(each)));
        const wanted: Seen[] = [];
        for (const each of messages) {
          const last = wanted.at(-1);
          if (!Buffer.isBuffer(each)) wanted.push({ row: each });
          else if (last && 'other' in last) {
            wanted.splice(-1, 1, { other: last.other + each.toString('hex') });
          } else wanted.push({ other: each.toString('hex') });
        }
        expect(read(cut(Buffer.concat(bytes), places))).toEqual(wanted);
      }),
    );
  });

  it('are read byte by byte', () => {
    const bytes = Buffer.concat([
      rowMessage(['é', null, '']),
      messageOf({ code: 'Z', body: Buffer.from('I') }),
    ]);
    expect(read([...bytes].map((byte) => Buffer.from([byte])))).toEqual([
      { row: ['é', null, ''] },
      { other: '5a0000000549' },
    ]);
  });
});

describe('a client', () => {
  it('gives the rows that pg gives', async () => {
    const connectionString = inject('postgresAdminUrl');
    const ours = new RowClient({ connectionString });
    const theirs = new pg.Client({ connectionString });
    await Promise.all([ours.connect(), theirs.connect()]);
    const cell = fc.option(text.map((string) => string.replaceAll('\0', '')));
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.tuple(cell, cell), { maxLength: 6 }), async (rows) => {
          const query = {
            rowMode: 'array',
            text: `select a, length(a), b, null from (values ${['(0, null, null)', ...rows.map((_, index) => `(${index + 1}, $${2 * index + 1}::text, $${2 * index + 2}::text)`)].join()}) v (n, a, b) order by n`,
            values: rows.flat(),
          } as const;
          const [{ rows: read }, { rows: wanted }] = [
            await ours.query({ ...query, values: [...query.values] }),
            await theirs.query({ ...query, values: [...query.values] }),
          ];
          expect(read).toEqual(wanted);
          expect(read.slice(1).map(([a, , b]) => [a, b])).toEqual(rows);
        }),
      );
    } finally {
      await Promise.all([ours.end(), theirs.end()]);
    }
  });

  it('says what is wrong, and goes on', async () => {
    const client = new RowClient({ connectionString: inject('postgresAdminUrl') });
    await client.connect();
    await expect(client.query('select 1 / 0')).rejects.toMatchObject({ code: '22012' });
    expect((await client.query("select 'é' as cell")).rows).toEqual([{ cell: 'é' }]);
    await client.end();
  });
});
