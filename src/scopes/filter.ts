import type { FieldNode, GraphQLObjectType } from 'graphql';
import { getOrMake } from './caches.ts';
import type { Need } from './field-facts.ts';
import type { Plan } from './plan.ts';
import { type Granted, isSatisfied } from './requirement.ts';
import { type RewrittenOperation, rewriteOperation } from './rewrite.ts';
import type { Variables } from './variables.ts';
import { type Position, walkOperation } from './walk.ts';

/** An operation without what is refused, and what it takes to put that back as nulls. */
export interface FilteredOperation extends RewrittenOperation {
  /** What is refused, the outermost only, wherever it is met, in the order of the document. */
  readonly refused: readonly Need[];
  /** The need that refuses a field on an object type. */
  refusalOf(node: FieldNode, parent: GraphQLObjectType): Need | undefined;
  /** The need that refuses every object of a type at abstract positions. */
  refusalOfType(type: GraphQLObjectType): Need | undefined;
}

/**
 * Takes out of an operation everything that takes more, under these variables, than was granted. What is
 * refused for some of the object types at an abstract position is left in for the others. A
 * selection set that would be empty asks for `__typename`, so that the object is still looked for.
 */
export function filterOperation(
  plan: Plan,
  granted: Granted,
  variables: Variables | null,
): FilteredOperation {
  const fields = new Map<FieldNode, Map<GraphQLObjectType, Need>>();
  const types = new Map<GraphQLObjectType, Need>();
  const refused: Need[] = [];
  const refuse = (position: Position, need: Need) => {
    getOrMake(fields, position.node, () => new Map()).set(position.parent, need);
    return false;
  };
  const reach = walkOperation(plan, variables, {
    position(position) {
      const ofType = position.above && types.get(position.parent);
      if (ofType) return refuse(position, ofType);
      const need = position.needs.find(({ requirement }) => !isSatisfied(requirement, granted));
      if (need === undefined) return true;
      refused.push(need);
      return refuse(position, need);
    },
    type({ type, need }) {
      if (types.has(type) || isSatisfied(need.requirement, granted)) return;
      types.set(type, need);
      refused.push(need);
    },
  });
  const refusalOf: FilteredOperation['refusalOf'] = (node, parent) => fields.get(node)?.get(parent);
  return {
    ...rewriteOperation(plan, {
      variables,
      reach,
      isKept: (node, parent) => refusalOf(node, parent) === undefined,
    }),
    refused,
    refusalOf,
    refusalOfType: (type) => types.get(type),
  };
}
