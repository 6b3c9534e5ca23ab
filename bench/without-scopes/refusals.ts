export * from '../../src/scopes/refusals.ts';

/** Has nothing to keep, because nothing is refused. */
export class Refusals {
  readonly size = 0;
}
