import type * as refusals from '../../src/scopes/refusals.ts';

export * from '../../src/scopes/refusals.ts';

/** Has nothing to keep, because nothing is refused. */
export class Refusals implements Pick<refusals.Refusals, 'size'> {
  readonly size = 0;
}
