import { PothosSchemaError } from '@pothos/core';
import { describe, expect, it } from 'vitest';
import { build, run, token } from './kit.ts';

const ORDERS = { read_orders: true } as const;
const PUBLIC = { public: true } as const;

const lacks = (path: string, coordinate: string, needs: string, missing: string) =>
  `${path}: INSUFFICIENT_SCOPE ${coordinate} needs ${needs}; the token lacks ${missing}.`;

describe('one map of scopes that two fields share', () => {
  const shared = { read_orders: true, read_customers: true } as const;
  const schema = build((builder) => {
    builder.queryFields((t) => ({
      any: t.string({ nullable: true, authScopes: { $any: shared }, resolve: () => 'any' }),
      all: t.string({ nullable: true, authScopes: { $all: shared }, resolve: () => 'all' }),
      flat: t.string({ nullable: true, authScopes: shared, resolve: () => 'flat' }),
    }));
  });
  const refused = (name: string) =>
    lacks(name, `Query.${name}`, 'read_customers and read_orders', 'read_customers');

  it.each([
    ['{ any all }', { any: 'any', all: null }, [refused('all')]],
    ['{ all any }', { all: null, any: 'any' }, [refused('all')]],
    ['{ any flat }', { any: 'any', flat: null }, [refused('flat')]],
    ['{ flat any }', { flat: null, any: 'any' }, [refused('flat')]],
    ['{ any }', { any: 'any' }, []],
    ['{ all }', { all: null }, [refused('all')]],
    ['{ flat }', { flat: null }, [refused('flat')]],
  ])('is decided for each by itself, whatever comes first: %s', async (source, data, errors) => {
    expect(await run(schema, source, token('read_orders'))).toEqual({ data, errors });
  });

  it.each(['{ any all flat }', '{ flat all any }'])(
    'is granted to a token with all of it: %s',
    async (source) => {
      expect(await run(schema, source, token('read_orders read_customers'))).toEqual({
        data: { any: 'any', all: 'all', flat: 'flat' },
        errors: [],
      });
    },
  );
});

describe('a map of two scopes', () => {
  const schema = build((builder) => {
    builder.queryField('both', (t) =>
      t.string({
        nullable: true,
        authScopes: { read_orders: true, read_customers: true },
        resolve: () => 'both',
      }),
    );
  });

  it.each([
    ['read_orders', 'read_customers'],
    ['read_customers', 'read_orders'],
  ])('is not satisfied by %s alone', async (scope, missing) => {
    expect(await run(schema, '{ both }', token(scope))).toEqual({
      data: { both: null },
      errors: [lacks('both', 'Query.both', 'read_customers and read_orders', missing)],
    });
  });

  it('is satisfied by both', async () => {
    expect(await run(schema, '{ both }', token('read_orders read_customers'))).toEqual({
      data: { both: 'both' },
      errors: [],
    });
  });
});

describe('an empty map', () => {
  it.each([
    ['written out', {}, 'has empty authScopes, which everybody would satisfy.'],
    [
      'made by a function',
      () => ({}),
      'has a function as authScopes, which no static plan could read.',
    ],
  ])(
    'does not build, %s, because scope-auth would let everybody pass',
    (_name, scopes, message) => {
      expect(() =>
        build((builder) => {
          builder.queryField('open', (t) =>
            t.string({ nullable: true, authScopes: scopes as never, resolve: () => 'open' }),
          );
        }),
      ).toThrow(new PothosSchemaError(`Query.open ${message}`));
    },
  );
});

describe('an object that redefines a guarded field of its interface', () => {
  const declare = (authScopes: typeof ORDERS | null) =>
    build((builder) => {
      const Face = builder.interfaceRef<object>('Face').implement({
        resolveType: () => 'Thing',
        fields: (t) => ({
          secret: t.string({ nullable: true, authScopes: ORDERS, resolve: () => 'secret' }),
        }),
      });
      const Thing = builder.objectRef<object>('Thing').implement({
        interfaces: [Face],
        ...(authScopes ? {} : { authScopes: PUBLIC }),
        fields: (t) => ({
          secret: t.string({
            nullable: true,
            ...(authScopes ? { authScopes } : {}),
            resolve: () => 'secret',
          }),
        }),
      });
      builder.queryFields((t) => ({
        face: t.field({ type: Face, nullable: true, authScopes: PUBLIC, resolve: () => ({}) }),
        thing: t.field({ type: Thing, nullable: true, authScopes: PUBLIC, resolve: () => ({}) }),
      }));
    });

  it('does not build without the scopes, which would be lost', () => {
    expect(() => declare(null)).toThrow(
      new PothosSchemaError('Thing.secret is open to more than Face.secret.'),
    );
  });

  it.each(['face', 'thing'])('keeps them with its own, through %s', async (root) => {
    const schema = declare(ORDERS);
    expect(await run(schema, `{ ${root} { secret } }`, token())).toEqual({
      data: { [root]: { secret: null } },
      errors: [lacks(`${root}.secret`, 'Thing.secret', 'read_orders', 'read_orders')],
    });
    expect(await run(schema, `{ ${root} { secret } }`, token('read_orders'))).toEqual({
      data: { [root]: { secret: 'secret' } },
      errors: [],
    });
  });
});

describe('a refused type', () => {
  const locked = (root: typeof ORDERS | typeof PUBLIC) =>
    build((builder) => {
      const Locked = builder.objectRef<object>('Locked').implement({
        authScopes: ORDERS,
        fields: (t) => ({ value: t.string({ nullable: true, resolve: () => 'v' }) }),
      });
      builder.queryField('locked', (t) =>
        t.field({ type: [Locked], nullable: true, authScopes: root, resolve: () => [{}, {}, {}] }),
      );
    });

  it('cannot be behind an open edge, which would tell its name and the length of its list', () => {
    expect(() => locked(PUBLIC)).toThrow(
      new PothosSchemaError(
        'Query.locked returns Locked, which needs read_orders: declare that on the field.',
      ),
    );
  });

  it('tells neither its name nor how many there are', async () => {
    expect(await run(locked(ORDERS), '{ locked { __typename } }', token('read_customers'))).toEqual(
      {
        data: { locked: null },
        errors: [lacks('locked', 'Query.locked', 'read_orders', 'read_orders')],
      },
    );
    expect(await run(locked(ORDERS), '{ locked { __typename } }', token('read_orders'))).toEqual({
      data: { locked: Array(3).fill({ __typename: 'Locked' }) },
      errors: [],
    });
  });
});
