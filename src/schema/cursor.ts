import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Value } from '../data/source.ts';

/** What a cursor belongs to; it works nowhere else. */
export interface CursorBinding {
  readonly storeId: string;
  /** The connection, the parent it hangs off, its sort and its filter. */
  readonly connection: string;
}

/** Makes and reads cursors: positions in an ordered sequence that a client can hold but not forge. */
export interface CursorCodec {
  encode(binding: CursorBinding, position: readonly Value[]): string;
  /** The position, or null for a cursor that was altered, made up, or made for something else. */
  decode(binding: CursorBinding, cursor: string): readonly Value[] | null;
}

const MAC_BYTES = 16;

/** Cursors signed with HMAC-SHA256, cut to 128 bits. `secret` is shared by all processes. */
export function createCursorCodec(secret: Uint8Array): CursorCodec {
  const macOf = ({ storeId, connection }: CursorBinding, body: Buffer) =>
    createHmac('sha256', secret)
      .update(JSON.stringify([storeId, connection]))
      .update(body)
      .digest()
      .subarray(0, MAC_BYTES);

  return {
    encode(binding, position) {
      const body = Buffer.from(JSON.stringify(position.map(tag)));
      return Buffer.concat([macOf(binding, body), body]).toString('base64url');
    },

    decode(binding, cursor) {
      const bytes = Buffer.from(cursor, 'base64url');
      if (bytes.length <= MAC_BYTES || bytes.toString('base64url') !== cursor) return null;
      const body = bytes.subarray(MAC_BYTES);
      if (!timingSafeEqual(bytes.subarray(0, MAC_BYTES), macOf(binding, body))) return null;
      return (JSON.parse(body.toString()) as [string, string][]).map(untag);
    },
  };
}

/** JSON has no dates and no big integers. */
function tag(value: Value): [string, string] {
  if (value instanceof Date) return ['d', value.toISOString()];
  if (typeof value === 'bigint') return ['i', value.toString()];
  return typeof value === 'number' ? ['n', String(value)] : ['s', value];
}

function untag([type, text]: [string, string]): Value {
  if (type === 'd') return new Date(text);
  if (type === 'i') return BigInt(text);
  return type === 'n' ? Number(text) : text;
}
