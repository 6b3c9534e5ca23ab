import { describe, expect, it } from 'vitest';
import { buildChallenge } from '../../src/token/challenge.ts';

const resourceMetadata = 'https://gateway.example/.well-known/oauth-protected-resource';
const START = `Bearer realm="scopegate", resource_metadata="${resourceMetadata}"`;

describe('a challenge', () => {
  it('has no error for a request without credentials', () => {
    expect(buildChallenge({ resourceMetadata })).toBe(START);
  });

  it('tells the error, its description and the scopes that would do', () => {
    expect(
      buildChallenge({
        resourceMetadata,
        error: 'insufficient_scope',
        errorDescription: 'The operation needs read_orders.',
        scope: 'read_orders read_products',
      }),
    ).toBe(
      `${START}, error="insufficient_scope", error_description="The operation needs read_orders.", scope="read_orders read_products"`,
    );
  });

  it('lets no value out of its quotes', () => {
    expect(buildChallenge({ resourceMetadata: 'x", error="none\\' })).toBe(
      'Bearer realm="scopegate", resource_metadata="x\\", error=\\"none\\\\"',
    );
    expect(buildChallenge({ resourceMetadata, errorDescription: 'a "b" \\c', scope: 'a"b' })).toBe(
      `${START}, error_description="a 'b' /c", scope="a'b"`,
    );
  });

  it('stays on one line of printable ASCII', () => {
    const errorDescription = 'one\r\nSet-Cookie: a=b\u0000\u007f\u0085 caf\u00e9 \u{1f600}';
    expect(buildChallenge({ resourceMetadata, errorDescription })).toBe(
      `${START}, error_description="one Set-Cookie: a=b  caf? ?"`,
    );
  });
});
