import { type FieldNode, type GraphQLObjectType, Kind, type SelectionSetNode } from 'graphql';
import type { Variables } from './variables.ts';
import { contentOf, inclusion, narrowed, type Operation } from './walk.ts';

/**
 * The specification's CollectFields: what selection sets select on an object type, by response key and in the order
 * of the document. https://spec.graphql.org/September2025/#CollectFields()
 */
export function collectFields(
  operation: Operation,
  variables: Variables,
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
): ReadonlyMap<string, readonly FieldNode[]> {
  const collected = new Map<string, FieldNode[]>();
  const spread = new Set<string>();
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (inclusion({ variables }, selection) === false) continue;
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        const ofKey = collected.get(key);
        if (ofKey) ofKey.push(selection);
        else collected.set(key, [selection]);
        continue;
      }
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        if (spread.has(selection.name.value)) continue;
        spread.add(selection.name.value);
      }
      const inner = contentOf(operation, selection);
      if (inner === undefined || narrowed(operation, [type], inner).length === 0) continue;
      collect(inner.selectionSet);
    }
  };
  for (const set of sets) collect(set);
  return collected;
}
