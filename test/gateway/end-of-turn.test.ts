import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { endOfTurn } from '../../src/gateway/end-of-turn.ts';

/** Lets so many wait, each for two steps after the end of the turn, and says which step of which was taken. */
function start(count: number): string[] {
  const taken: string[] = [];
  const one = async (index: number) => {
    await endOfTurn();
    taken.push(`first of ${index}`);
    await null;
    taken.push(`second of ${index}`);
  };
  for (let index = 0; index < count; index += 1) void one(index);
  return taken;
}

const both = (from: number, to: number) => {
  const all = Array.from({ length: to - from }, (_, index) => from + index);
  return [...all.map((index) => `first of ${index}`), ...all.map((index) => `second of ${index}`)];
};

describe('what waits for the end of a turn of the event loop', () => {
  it('goes on then, each step of all after the other', async () => {
    const taken = start(3);
    await Promise.resolve();
    expect(taken).toEqual([]);
    await setImmediate();
    expect(taken).toEqual(both(0, 3));
    await setImmediate();
    expect(taken).toEqual(both(0, 3));
  });

  it('does so beside seven others at most, and those that are left over a turn later', async () => {
    const taken = start(19);
    await setImmediate();
    expect(taken).toEqual(both(0, 8));
    await setImmediate();
    expect(taken).toEqual([...both(0, 8), ...both(8, 16)]);
    await setImmediate();
    expect(taken).toEqual([...both(0, 8), ...both(8, 16), ...both(16, 19)]);
  });
});
