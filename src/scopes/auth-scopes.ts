import { isScope } from './catalogue.ts';
import {
  AUTHENTICATED,
  allOf,
  anyOf,
  PUBLIC,
  type Requirement,
  RequirementError,
} from './requirement.ts';

/**
 * Reads the one declaration of a schema coordinate, in the spelling of `@pothos/plugin-scope-auth` with
 * `defaultStrategy: 'all'`: a map means every scope in it, `$any` opens alternatives, `{ public: true }`
 * and `{ authenticated: true }` stand alone.
 *
 * @throws RequirementError for anything that a static reader could not understand or that would grant
 * by accident: a function, `$granted`, an empty map, an unknown scope, a value other than `true`.
 */
export function parseAuthScopes(declared: unknown): Requirement {
  if (typeof declared === 'function') {
    throw new RequirementError('has a function as authScopes, which no static plan could read');
  }
  if (declared === null || typeof declared !== 'object' || Array.isArray(declared)) {
    throw new RequirementError('needs a map of scopes as authScopes');
  }
  const entries = Object.entries(declared);
  if (entries.length === 0) {
    throw new RequirementError('has empty authScopes, which everybody would satisfy');
  }
  for (const word of ['public', 'authenticated']) {
    if (word in declared && entries.length > 1) {
      throw new RequirementError(`mixes "${word}" with other scopes; it must stand alone`);
    }
  }
  return allOf(...entries.map(([name, value]) => parseEntry(name, value)));
}

function parseEntry(name: string, value: unknown): Requirement {
  if (name === '$all') return parseAuthScopes(value);
  if (name === '$any') return parseAny(value);
  if (name === '$granted') {
    throw new RequirementError('uses $granted, which no static plan could read');
  }
  if (value !== true) {
    throw new RequirementError(`gives "${name}" another value than true`);
  }
  if (name === 'public') return PUBLIC;
  if (name === 'authenticated') return AUTHENTICATED;
  if (!isScope(name)) {
    throw new RequirementError(`names "${name}", which is not a scope of the catalogue`);
  }
  return anyOf([[name]]);
}

function parseAny(value: unknown): Requirement {
  if (value === null || typeof value !== 'object' || Object.keys(value).length === 0) {
    throw new RequirementError('has an empty $any, which nobody could satisfy');
  }
  const alternatives = Object.entries(value).map((entry) => parseEntry(...entry));
  if (alternatives.some((alternative) => alternative.anyOf.length === 0)) {
    throw new RequirementError(
      'has "public" or "authenticated" inside $any, where it makes the rest idle',
    );
  }
  return anyOf(alternatives.flatMap((alternative) => alternative.anyOf));
}
