import { GUARDS as GUARDED, type Said } from '../../src/data/guards.ts';

export * from '../../src/data/guards.ts';

/** What every request is asked anew; what is asked once for an operation, `isSatisfied` grants. */

/** No entity has rows that take other scopes than its others. */
export const GUARDS = Object.fromEntries(Object.keys(GUARDED).map((entity) => [entity, {}]));

export const guardRows = (): void => {};

const NOTHING: readonly Said[] = [];
export const saidBy = (): readonly Said[] => NOTHING;
