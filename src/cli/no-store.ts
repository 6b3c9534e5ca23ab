import { AppError } from '../errors.ts';

/** Says that there is no such store, and what to do about it. */
export const noStore = (reference: string): string => remedied(`There is no store "${reference}".`);

/** A refusal for a store that is not there, with what to do about it. Others stay as they are. */
export function withStoreRemedy(error: unknown): unknown {
  const isOfStore = error instanceof AppError && /There is no store ".*"\.$/s.test(error.message);
  if (!isOfStore) return error;
  return new AppError(error.code, remedied(error.message), { cause: error });
}

const remedied = (refusal: string) =>
  `${refusal} "store list" shows all, "store create" makes one.`;
