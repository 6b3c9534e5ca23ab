import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { RECORD_TYPES } from '../../src/commands/import/read-line.ts';

const CONTEXT = {
  now: new Date(),
  store: { currency: 'USD', platform: 'SHOPIFY' },
  warn() {},
} as const;

/** The names of all fields below a schema. */
function fieldsIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) =>
    key === 'properties'
      ? [...Object.keys(value), ...Object.values(value).flatMap(fieldsIn)]
      : fieldsIn(value),
  );
}

describe('the documentation of the file', () => {
  it.each(Object.entries(RECORD_TYPES))('names every field of a %s', async (_name, { shape }) => {
    const text = await readFile(new URL('../../docs/import.md', import.meta.url), 'utf8');
    const named = new Set([...text.matchAll(/`(\w+)`/g)].map(([, name]) => name));
    const schema = z.toJSONSchema(shape(CONTEXT), { io: 'input', unrepresentable: 'any' });
    const fields = new Set(fieldsIn(schema));
    expect(fields.size).toBeGreaterThan(10);
    expect([...fields].filter((field) => !named.has(field))).toEqual([]);
  });
});
