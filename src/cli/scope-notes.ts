import type { ScopeDefinition } from '../scopes/catalogue.ts';

/** What a person should know of a scope beside its name, in brackets; empty where there is nothing. */
export function noteOn(
  { sensitivity, gate }: Pick<ScopeDefinition, 'sensitivity' | 'gate'>,
  ...more: readonly string[]
): string {
  const notes = [
    ...(sensitivity === 'pii' ? ['personal data'] : []),
    ...(sensitivity === 'financial' ? ['money'] : []),
    ...(gate === 'admin' ? ['reviewed apps only'] : []),
    ...more,
  ];
  return notes.length > 0 ? ` (${notes.join('; ')})` : '';
}
