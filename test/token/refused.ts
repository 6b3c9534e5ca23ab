import { expect } from 'vitest';
import { AppError, type ErrorCode } from '../../src/errors.ts';
import { INVALID_TOKEN_MESSAGE, UNAVAILABLE_MESSAGE } from '../../src/token/refusal.ts';

const MESSAGES: Partial<Record<ErrorCode, string>> = {
  INVALID_TOKEN: INVALID_TOKEN_MESSAGE,
  UNAVAILABLE: UNAVAILABLE_MESSAGE,
};

/** Expects a promise to be refused with that code, the public message of the code, and this detail. */
export async function expectRefused(
  promise: Promise<unknown>,
  code: 'INVALID_TOKEN' | 'UNAVAILABLE',
  detail: RegExp,
): Promise<void> {
  const error = await promise.then(
    () => expect.fail('nothing was refused'),
    (failure: unknown) => failure,
  );
  expect(error).toBeInstanceOf(AppError);
  const failure = error as AppError;
  expect([failure.code, failure.message]).toEqual([code, MESSAGES[code]]);
  expect(failure.detail).toMatch(detail);
}
