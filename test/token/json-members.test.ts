import { describe, expect, it } from 'vitest';
import { duplicateMember } from '../../src/token/json-members.ts';

describe('a JSON text', () => {
  it.each([
    '{}',
    '{"a":1,"b":1}',
    '{"a":{"a":1},"b":{"a":1}}',
    '[{"a":1},{"a":1}]',
    '{"a":"a","b":"\\"a\\":1,\\"a\\":2"}',
    '{"a":["a","a"]}',
    '"{\\"a\\":1,\\"a\\":1}"',
    '{"a{":1,"a}":{"a{":1}}',
  ])('%s has no name twice', (json) => {
    JSON.parse(json);
    expect(duplicateMember(json)).toBeNull();
  });

  it.each([
    ['{"a":1,"a":1}', 'a'],
    ['{"a" :1,"b":2,"a"\n:1}', 'a'],
    ['{"b":{"c":1},"b":1}', 'b'],
    ['{"x":[1,{"c":1,"c":2}]}', 'c'],
    ['{"\\u0061":1,"a":2}', 'a'],
    ['{"a\\"":1,"a\\"":2}', 'a"'],
    ['{"__proto__":1,"__proto__":2}', '__proto__'],
    ['{"":1,"":2}', ''],
  ])('%s has one', (json, name) => {
    JSON.parse(json);
    expect(duplicateMember(json)).toBe(name);
  });
});
