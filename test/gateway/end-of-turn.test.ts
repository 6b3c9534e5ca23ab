import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { endWithTurn } from '../../src/gateway/end-of-turn.ts';

/** Ends so many responses, and says which have been written. */
function answer(count: number): string[] {
  const written: string[] = [];
  const response = { end: (text: string) => written.push(text) } as unknown as ServerResponse;
  for (let index = 0; index < count; index += 1) endWithTurn(response, String(index));
  return written;
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => String(index));

describe('responses of one turn of the event loop', () => {
  it('are written when it ends, in their order', async () => {
    const written = answer(3);
    expect(written).toEqual([]);
    await Promise.resolve();
    expect(written).toEqual([]);
    await setImmediate();
    expect(written).toEqual(upTo(3));
    await setImmediate();
    expect(written).toEqual(upTo(3));
  });

  it('do not wait for more than fifteen others', async () => {
    expect(answer(15)).toEqual([]);
    await setImmediate();
    const written = answer(33);
    expect(written).toEqual(upTo(32));
    await setImmediate();
    expect(written).toEqual(upTo(33));
  });
});
