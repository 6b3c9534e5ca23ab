import type { GraphQLSchema } from 'graphql';
import { coordinatesOf } from '../scopes/coordinates.ts';
import { declaredRequirement } from '../scopes/declaration.ts';
import { describe } from '../scopes/requirement.ts';
import { requirementOfField } from '../scopes/requirement-index.ts';

/**
 * Ends the description of everything that declares scopes with the scopes it needs, because
 * introspection shows descriptions and no directives: a developer reads there what to ask a merchant for.
 */
export function describeScopes(schema: GraphQLSchema): void {
  for (const place of coordinatesOf(schema)) {
    const { element } = place;
    const declared = declaredRequirement(element);
    if (declared === null) continue;
    const whole = place.kind === 'field' ? requirementOfField(place.type, place.element) : declared;
    if (whole.anyOf.length === 0) continue;
    const scopes = describe(whole).replace(/\w+_\w+/g, '`$&`');
    element.description = `${element.description ?? ''} Needs ${scopes}.`.trim();
  }
}
