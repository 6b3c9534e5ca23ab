import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Value } from '../../src/data/source.ts';
import { type CursorBinding, createCursorCodec } from '../../src/schema/cursor.ts';

const SECRET = new TextEncoder().encode('a secret of the whole fleet');
const codec = createCursorCodec(SECRET);
const BINDING: CursorBinding = { storeId: 'sto_1', connection: '["Query.orders"]' };

const text = fc.string({ unit: 'binary' });
const value: fc.Arbitrary<Value> = fc.oneof(
  text,
  fc.double({ noNaN: true }).filter((number) => !Object.is(number, -0)),
  fc.bigInt(),
  fc.date({ noInvalidDate: true }),
);
const position = fc.array(value, { maxLength: 4 });
const binding = fc.record({ storeId: text, connection: text });

describe('a cursor', () => {
  it('gives its position back: text, numbers, big integers and dates', () => {
    fc.assert(
      fc.property(binding, position, (where, values) => {
        expect(codec.decode(where, codec.encode(where, values))).toEqual(values);
      }),
      { examples: [[BINDING, [new Date(0), 'ord_1', 0, 0n, '']]] },
    );
  });

  it('is read by another process with the same secret, and by none with another', () => {
    const cursor = codec.encode(BINDING, ['a']);
    expect(createCursorCodec(Uint8Array.from(SECRET)).decode(BINDING, cursor)).toEqual(['a']);
    expect(createCursorCodec(SECRET.subarray(1)).decode(BINDING, cursor)).toBeNull();
  });

  it('is url-safe and the same each time', () => {
    const cursor = codec.encode(BINDING, [new Date(0), 'ord_1']);
    expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(codec.encode(BINDING, [new Date(0), 'ord_1'])).toBe(cursor);
  });

  it('is refused for any other list', () => {
    fc.assert(
      fc.property(binding, binding, position, (made, used, values) => {
        const same = made.storeId === used.storeId && made.connection === used.connection;
        fc.pre(!same);
        expect(codec.decode(used, codec.encode(made, values))).toBeNull();
      }),
    );
  });

  it.each([
    { ...BINDING, storeId: 'sto_2' },
    { ...BINDING, connection: '["Query.orders",1]' },
    { storeId: 'sto_1"', connection: BINDING.connection },
    { storeId: BINDING.connection, connection: BINDING.storeId },
    { storeId: '', connection: `${BINDING.storeId}${BINDING.connection}` },
  ])('is refused where it was not made: %j', (other) => {
    const cursor = codec.encode(BINDING, ['a']);
    expect(codec.decode(other, cursor)).toBeNull();
    expect(codec.decode(BINDING, cursor)).toEqual(['a']);
  });

  it('is refused when any bit of it was altered', () => {
    const bytes = Buffer.from(codec.encode(BINDING, [new Date(0), 'ord_1', 7n]), 'base64url');
    for (let index = 0; index < bytes.length * 8; index += 1) {
      const altered = Buffer.from(bytes);
      altered[index >> 3] = (bytes[index >> 3] ?? 0) ^ (1 << (index & 7));
      expect(codec.decode(BINDING, altered.toString('base64url'))).toBeNull();
    }
  });

  it('is refused when it was cut or grew', () => {
    const cursor = codec.encode(BINDING, ['ord_1', 1]);
    for (let length = 0; length < cursor.length; length += 1) {
      expect(codec.decode(BINDING, cursor.slice(0, length))).toBeNull();
    }
    for (const tail of ['A', 'AA', 'AAAA', '=', '==', ' ', '\n', '.', '%3D', '\0']) {
      expect(codec.decode(BINDING, `${cursor}${tail}`)).toBeNull();
      expect(codec.decode(BINDING, `${tail}${cursor}`)).toBeNull();
    }
  });

  it('is refused in any other spelling of the same bytes', () => {
    const spellings = Array.from({ length: 64 }, (_, index) => {
      const cursor = codec.encode(BINDING, [`ord_${index}`, new Date(index)]);
      const bytes = Buffer.from(cursor, 'base64url');
      const last = cursor.slice(-1);
      const others = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']
        .filter((letter) => letter !== last)
        .map((letter) => cursor.slice(0, -1) + letter)
        .filter((other) => Buffer.from(other, 'base64url').equals(bytes));
      return [
        ...others,
        bytes.toString('base64'),
        `${cursor.slice(0, 4)} ${cursor.slice(4)}`,
      ].filter((other) => other !== cursor);
    }).flat();
    expect(spellings.length).toBeGreaterThan(64);
    for (const spelling of spellings) expect(codec.decode(BINDING, spelling)).toBeNull();
  });

  it('is refused when it was made up', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.base64String()), (made) => {
        expect(codec.decode(BINDING, made)).toBeNull();
      }),
      { examples: [[''], ['A'.repeat(22)], ['null'], ['[]']] },
    );
  });

  it('is refused when it was signed without its list', () => {
    const body = Buffer.from(JSON.stringify([['s', 'a']]));
    const mac = createHmac('sha256', SECRET).update(body).digest().subarray(0, 16);
    expect(codec.decode(BINDING, Buffer.concat([mac, body]).toString('base64url'))).toBeNull();
  });
});
