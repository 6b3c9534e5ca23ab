import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { readBearer } from '../../src/token/bearer.ts';
import { INVALID_TOKEN_MESSAGE } from '../../src/token/refusal.ts';

const read = (authorization: readonly string[], url = '/graphql') =>
  readBearer({
    rawHeaders: [
      'Host',
      'localhost',
      ...authorization.flatMap((value) => ['Authorization', value]),
    ],
    url,
  });

function failureOf(run: () => unknown): Pick<AppError, 'code' | 'message' | 'status'> {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) {
      return { code: error.code, message: error.message, status: error.status };
    }
  }
  return expect.fail('nothing was refused');
}

describe('the Authorization header', () => {
  it.each([
    ['Bearer abc', 'abc'],
    ['bearer abc', 'abc'],
    ['BEARER abc', 'abc'],
    ['Bearer    abc', 'abc'],
    ['Bearer aZ0-._~+/b==', 'aZ0-._~+/b=='],
  ])('%j carries a token', (value, token) => {
    expect(read([value])).toBe(token);
  });

  it('may be spelled in any case', () => {
    expect(readBearer({ rawHeaders: ['aUTHORIZATION', 'Bearer abc'], url: '/' })).toBe('abc');
  });

  it.each([
    'Basic dXNlcjpwYXNz',
    'DPoP abc',
    'Bearer',
    'Bearer ',
    'Bearerabc',
    'Bearer\tabc',
    'Bearer abc def',
    'Bearer abc, Bearer def',
    'Bearer abc,def',
    'Bearer "abc"',
    'Bearer =abc',
    'Bearer a=b',
    'Bearer abc\u0000',
    'Bearer äbc',
    'Bearer \u212aey',
    'Basic abc, Bearer abc',
    'abc',
    ' Bearer abc',
    '',
  ])('%j is refused as a bad token', (value) => {
    expect(failureOf(() => read([value]))).toEqual({
      code: 'INVALID_TOKEN',
      message: INVALID_TOKEN_MESSAGE,
      status: 401,
    });
  });

  it('may be absent', () => {
    expect(read([])).toBeNull();
    expect(readBearer({ rawHeaders: ['X-Authorization', 'Bearer a'], url: '/' })).toBeNull();
    expect(readBearer({ rawHeaders: ['X-Note', 'authorization', 'Accept', 'x'], url: '/' })).toBe(
      null,
    );
  });

  it('may not come twice, not even with the same token', () => {
    const expected = {
      code: 'INVALID_REQUEST',
      message: 'Send one Authorization header, not several.',
      status: 400,
    };
    expect(failureOf(() => read(['Bearer abc', 'Bearer abc']))).toEqual(expected);
    expect(failureOf(() => read(['Bearer abc', '']))).toEqual(expected);
    const rawHeaders = ['authorization', 'Bearer abc', 'AUTHORIZATION', 'Basic abc'];
    expect(failureOf(() => readBearer({ rawHeaders, url: '/' }))).toEqual(expected);
  });
});

describe('the query string', () => {
  it.each([
    '/graphql?access_token=abc',
    '/graphql?access_token',
    '/graphql?access_token=',
    '/graphql?query=x&access_token=abc',
    '/graphql?access%5Ftoken=abc',
    'http://localhost/graphql?access_token=abc#x',
    '/graphql??x&access_token=abc',
  ])('%s may not carry a token, with or without the header', (url) => {
    for (const authorization of [[], ['Bearer abc']]) {
      expect(failureOf(() => read(authorization, url))).toEqual({
        code: 'INVALID_REQUEST',
        message: 'Send the access token in the Authorization header, not in the query string.',
        status: 400,
      });
    }
  });

  it.each(['/graphql?query=access_token', '/access_token=abc', '/graphql#?access_token=abc'])(
    '%s is not one with a token',
    (url) => {
      expect(read(['Bearer abc'], url)).toBe('abc');
    },
  );
});
