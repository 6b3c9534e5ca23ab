import { describe, expect, it } from 'vitest';
import { ALGORITHMS, isAlgorithm, type TrustedIssuer } from '../../src/token/issuer.ts';
import { issuerOf } from './token-kit.ts';

const make = (changes: Partial<TrustedIssuer>) => () => issuerOf({ keys: [] }, changes);

describe('a trusted issuer', () => {
  it.each(['issuer', 'audience', 'storeClaim'] as const)('cannot do without %s', (name) => {
    const message = `A trusted issuer needs a non-empty "${name}".`;
    expect(make({ [name]: '' })).toThrow(new TypeError(message));
    expect(make({ [name]: ' ' })).toThrow(new TypeError(message));
    expect(make({ [name]: undefined })).toThrow(new TypeError(message));
    expect(make({ [name]: 'x' })).not.toThrow();
  });

  it('cannot do without algorithms, nor use others than asymmetric ones', () => {
    expect(make({ algorithms: [] })).toThrow('A trusted issuer needs at least one algorithm.');
    const symmetric = { algorithms: ['ES256', 'HS256'] } as unknown as Partial<TrustedIssuer>;
    expect(make(symmetric)).toThrow(/may only use the algorithms RS256, /);
    expect(make({ algorithms: ALGORITHMS })).not.toThrow();
  });

  it('has a list of stores with something in it, or none', () => {
    expect(make({ stores: new Set() })).toThrow(/needs at least one store/);
    expect(make({ stores: null })).not.toThrow();
  });
});

describe('the algorithms', () => {
  it.each(['none', 'HS256', 'HS384', 'HS512', 'es256', 'ES256K', 'RS1', ''])(
    'leave out %j',
    (name) => {
      expect(isAlgorithm(name)).toBe(false);
    },
  );
});
