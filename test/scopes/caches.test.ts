import { describe, expect, it } from 'vitest';
import { Recent } from '../../src/scopes/caches.ts';

describe('what was asked for lately', () => {
  it('is found, and what was never kept is not', () => {
    const recent = new Recent<string>(100);
    recent.set('a', 'A', 10);
    expect([recent.get('a'), recent.get('b')]).toEqual(['A', undefined]);
  });

  it('stays while others come and go, as long as it is asked for', () => {
    const recent = new Recent<number>(100);
    recent.set('asked for', -1, 10);
    recent.set('forgotten', -2, 10);
    for (let other = 0; other < 1_000; other += 1) {
      recent.set(`other ${other}`, other, 10);
      expect(recent.get('asked for')).toBe(-1);
    }
    expect(recent.get('forgotten')).toBeUndefined();
  });

  it('is no more than there is room for', () => {
    const recent = new Recent<number>(100);
    const keys = Array.from({ length: 1_000 }, (_, key) => `${key}`);
    for (const [value, key] of keys.entries()) recent.set(key, value, 10);
    const kept = keys.filter((key) => recent.get(key) !== undefined);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThanOrEqual(10);
  });

  it('is one thing where that is larger than all the room', () => {
    const recent = new Recent<string>(100);
    recent.set('large', 'L', 1_000);
    expect(recent.get('large')).toBe('L');
    recent.set('next', 'N', 1_000);
    recent.set('last', 'Z', 1_000);
    expect([recent.get('large'), recent.get('last')]).toEqual([undefined, 'Z']);
  });
});
