import { GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { authorizationUrl, withAuthorizationUrls } from '../../src/gateway/authorization-url.ts';
import { ScopeSet } from '../../src/scopes/scope-set.ts';
import type { Principal, PrincipalConsent } from '../../src/token/principal.ts';
import { principalOf } from '../schema/kit.ts';

const ENDPOINT = 'https://api.example.com/oauth/authorize';

/** A token of an app that declares orders, customers and claims, and was granted orders. */
const installed = (changes: Partial<PrincipalConsent> = {}): Principal => ({
  ...principalOf('sto_1'),
  clientId: 'op_app_1',
  consent: {
    granted: ScopeSet.of(['read_orders']),
    askable: ScopeSet.of(['read_orders', 'read_customers', 'read_claims', 'manage_claims']),
    redirectUri: 'https://app.example/callback?from=a&b',
    ...changes,
  },
});

const parametersOf = (url: string | null) => {
  const { origin, pathname, searchParams } = new URL(url ?? 'none:');
  return { at: `${origin}${pathname}`, ...Object.fromEntries(searchParams) };
};

describe('the address where an app asks for more', () => {
  it('asks for what was granted and what is missing, in the store and for the app of the token', () => {
    const url = authorizationUrl(ENDPOINT, installed(), ['read_customers', 'read_claims']);
    expect(parametersOf(url)).toEqual({
      at: ENDPOINT,
      response_type: 'code',
      client_id: 'op_app_1',
      scope: 'read_orders read_claims read_customers',
      store_id: 'sto_1',
      redirect_uri: 'https://app.example/callback?from=a&b',
    });
  });

  it('leaves out where the app is sent back to when that is not known', () => {
    const url = authorizationUrl(ENDPOINT, installed({ redirectUri: null }), ['read_customers']);
    expect(parametersOf(url)).not.toHaveProperty('redirect_uri');
  });

  it('asks for nothing that the app does not declare any more, granted or not', () => {
    const granted = ScopeSet.of(['read_orders', 'read_products', 'write_warranty_pricing']);
    const url = authorizationUrl(ENDPOINT, installed({ granted }), ['read_customers']);
    expect(parametersOf(url)).toMatchObject({ scope: 'read_orders read_customers' });
  });

  it.each<[string, string | null, Principal | null, readonly string[]]>([
    ['without an authorization server', null, installed(), ['read_customers']],
    ['without a token', ENDPOINT, null, ['read_customers']],
    ['for a token of another issuer', ENDPOINT, principalOf('sto_1'), ['read_customers']],
    ['for a scope that the app does not declare', ENDPOINT, installed(), ['read_products']],
    [
      'for one that it declares and one that it does not',
      ENDPOINT,
      installed(),
      ['read_customers', 'read_products'],
    ],
    ['for what is no scope', ENDPOINT, installed(), ['read_everything']],
    ['for what only this token lacks', ENDPOINT, installed(), ['read_orders']],
    [
      'for what comes with something that was granted',
      ENDPOINT,
      installed({ granted: ScopeSet.of(['manage_claims']) }),
      ['read_claims'],
    ],
    ['for nothing', ENDPOINT, installed(), []],
  ])('is none %s', (_, endpoint, principal, missing) => {
    expect(authorizationUrl(endpoint, principal, missing)).toBeNull();
  });
});

describe('errors of an answer', () => {
  const refused = (missingScopes: readonly string[], code = 'INSUFFICIENT_SCOPE') =>
    new GraphQLError('No.', {
      path: ['a', 0],
      extensions: { code, missingScopes, occurrences: 2 },
    });

  it('say it where it helps, and keep what they say beside', () => {
    const errors = [refused(['read_customers']), refused(['read_products'])];
    const result = withAuthorizationUrls({ data: { a: null }, errors }, ENDPOINT, installed());
    expect(result.data).toEqual({ a: null });
    const url = authorizationUrl(ENDPOINT, installed(), ['read_customers']);
    expect(result.errors?.map((error) => error.toJSON())).toEqual([
      {
        message: 'No.',
        path: ['a', 0],
        extensions: {
          ...{ code: 'INSUFFICIENT_SCOPE', missingScopes: ['read_customers'], occurrences: 2 },
          authorizationUrl: url,
        },
      },
      errors[1]?.toJSON(),
    ]);
  });

  it('of another kind are left alone, as are answers without any', () => {
    const other = { errors: [refused(['read_customers'], 'INTERNAL')] };
    expect(withAuthorizationUrls(other, ENDPOINT, installed()).errors).toEqual(other.errors);
    const whole = { data: { a: 1 } };
    expect(withAuthorizationUrls(whole, ENDPOINT, installed())).toBe(whole);
    const outside = { errors: [refused(['read_customers'])] };
    expect(withAuthorizationUrls(outside, ENDPOINT, principalOf('sto_1'))).toBe(outside);
  });
});
