import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  GraphQLIncludeDirective,
  type GraphQLNamedType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  getOperationAST,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  typeFromAST,
} from 'graphql';
import { guardedInputs } from './guarded-inputs.ts';
import { allOf, type Requirement } from './requirement.ts';
import { requirementOfArguments, requirementOfField } from './requirement-index.ts';

/** A schema coordinate that an operation uses, and what it takes to use it. */
export interface Need {
  readonly coordinate: string;
  readonly requirement: Requirement;
}

/** The operation of a document that a request means, with its coerced variables. */
export interface Operation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName: string | null | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * Everything that an operation needs, found without running it: each coordinate once. Each fragment
 * is walked once, so the time is linear in the document. What `@skip` and `@include` leave out under
 * these variables is not needed. The document has been validated.
 */
export function planOperation(operation: Operation): readonly Need[] {
  const { schema, document, operationName } = operation;
  const definition = getOperationAST(document, operationName);
  const root = definition && schema.getRootType(definition.operation);
  if (!definition || !root) return [];
  const walk: Walk = { ...operation, needs: new Map(), fragments: fragmentsOf(document) };
  visitSelections(walk, root, definition.selectionSet);
  return [...walk.needs.values()];
}

interface Walk extends Operation {
  readonly needs: Map<string, Need>;
  /** Named fragments that have not been walked yet. */
  readonly fragments: Map<string, FragmentDefinitionNode>;
}

function fragmentsOf(document: DocumentNode): Map<string, FragmentDefinitionNode> {
  return new Map(
    document.definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
}

function visitSelections(walk: Walk, parent: GraphQLNamedType, { selections }: SelectionSetNode) {
  for (const selection of selections) {
    if (!isIncluded(selection, walk.variables)) continue;
    if (selection.kind === Kind.FIELD) {
      visitField(walk, parent, selection);
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition;
      const type = condition ? typeFromAST(walk.schema, condition) : parent;
      if (type) visitSelections(walk, type, selection.selectionSet);
    } else {
      visitFragment(walk, selection.name.value);
    }
  }
}

function visitFragment(walk: Walk, name: string): void {
  const fragment = walk.fragments.get(name);
  if (!fragment) return;
  walk.fragments.delete(name);
  const type = typeFromAST(walk.schema, fragment.typeCondition);
  if (type) visitSelections(walk, type, fragment.selectionSet);
}

function visitField(walk: Walk, parent: GraphQLNamedType, node: FieldNode): void {
  if (!isObjectType(parent) && !isInterfaceType(parent)) return;
  const field = parent.getFields()[node.name.value];
  if (!field) return;
  const coordinate = `${parent.name}.${field.name}`;
  const args = argumentsOf(walk, field, node);
  const byArguments = requirementOfArguments(field, args, walk.schema);
  add(walk, coordinate, allOf(requirementOfField(parent, field), byArguments));
  for (const input of guardedInputs(field.args, args)) {
    add(walk, input.coordinate(coordinate), input.requirement);
  }
  if (node.selectionSet) visitSelections(walk, getNamedType(field.type), node.selectionSet);
}

/** A coordinate that is used twice needs what both uses need: arguments may differ. */
function add(walk: Walk, coordinate: string, requirement: Requirement): void {
  const known = walk.needs.get(coordinate);
  const whole = known ? allOf(known.requirement, requirement) : requirement;
  walk.needs.set(coordinate, { coordinate, requirement: whole });
}

/** Values that cannot be coerced make the field fail when it runs: nothing is needed for them. */
function argumentsOf(
  { variables }: Walk,
  field: Parameters<typeof getArgumentValues>[0],
  node: FieldNode,
): Readonly<Record<string, unknown>> {
  try {
    return { ...getArgumentValues(field, node, { ...variables }) };
  } catch (error) {
    if (error instanceof GraphQLError) return {};
    throw error;
  }
}

function isIncluded(node: SelectionNode, variables: Readonly<Record<string, unknown>>): boolean {
  const values = { ...variables };
  if (getDirectiveValues(GraphQLSkipDirective, node, values)?.if === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, node, values)?.if !== false;
}
