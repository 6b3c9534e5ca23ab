import type { Element } from './coordinates.ts';
import { requirementOfDirectives } from './directives.ts';
import { allOf, type Requirement } from './requirement.ts';

/** Where schema elements keep what they declare in code: `extensions.scopegate`. */
export interface ScopegateExtension {
  /** What the element itself asks for; absent where it relies on its type. */
  readonly requirement?: Requirement;
  /** On a field that returns an abstract type: which types its arguments leave possible. */
  readonly possibleTypes?: PossibleTypesRule;
}

/** A pure function of a field's coerced arguments: the names of the object types that may come back. */
export type PossibleTypesRule = (args: Readonly<Record<string, unknown>>) => readonly string[];

const KNOWN = new WeakMap<Element, Requirement | null>();

/**
 * What a schema element itself declares, or null when it declares nothing: in `extensions.scopegate`, or
 * in SDL with `@requiresScopes` and `@authenticated`; both together ask for both.
 *
 * @throws RequirementError for a directive that cannot be read.
 */
export function declaredRequirement(element: Element): Requirement | null {
  const known = KNOWN.get(element);
  if (known !== undefined) return known;
  const { requirement: inCode = null } = extensionOf(element);
  const inSdl = requirementOfDirectives(element);
  const whole = inCode && inSdl ? allOf(inCode, inSdl) : (inCode ?? inSdl);
  KNOWN.set(element, whole);
  return whole;
}

/** What a schema element keeps for this project. */
export function extensionOf(element: Element): ScopegateExtension {
  return (element.extensions.scopegate ?? {}) as ScopegateExtension;
}
