import {
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  GraphQLSkipDirective,
  getArgumentValues,
  getNamedType,
  isAbstractType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { getOrMake } from './caches.ts';
import type { Field } from './coordinates.ts';
import { type FieldFacts, factsOf, fieldOf, type Need, typesNamed } from './field-facts.ts';
import { guardedInputsOf } from './guarded-inputs.ts';
import { allOf, implies } from './requirement.ts';
import type { RequirementIndex } from './requirement-index.ts';
import type { Variables } from './variables.ts';

/** One operation of a validated document. */
export interface Operation {
  readonly index: RequirementIndex;
  readonly definition: OperationDefinitionNode;
  readonly rootType: GraphQLObjectType;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

/** A field of a document as it is selected on one object type. */
export interface Position {
  readonly node: FieldNode;
  readonly parent: GraphQLObjectType;
  readonly field: Field;
  /** What the field itself takes, then each guarded input that is present. */
  readonly needs: readonly Need[];
  /** The object types that its value can be of; empty for leaves. */
  readonly types: readonly GraphQLObjectType[];
  /** The position that holds its parent; null at the root. */
  readonly above: Position | null;
  /** Whether unknown variables decide that it is there, or what it returns. */
  readonly conditional: boolean;
}

/** A type that an abstract position may turn out to be, and that takes more than the position does. */
export interface TypeUse {
  readonly type: GraphQLObjectType;
  readonly need: Need;
  readonly at: Position;
}

/** What a walk meets. */
export interface Visitor {
  /** Whether to go on below. */
  position(position: Position): boolean;
  type(use: TypeUse): void;
}

/** For each selection set that was reached, the object types that it was reached for. */
export type Reach = ReadonlyMap<SelectionSetNode, ReadonlyMap<GraphQLObjectType, unknown>>;

/**
 * Visits every field of an operation on every object type that it can be selected on, in the order
 * of the document. Each selection set is walked once for each type, so the time is linear in the document,
 * however often a fragment is spread. What `@skip` and `@include` leave out is not visited; where
 * variables are not known, both ways are.
 */
export function walkOperation(
  operation: Operation,
  variables: Variables | null,
  visitor: Visitor,
): Reach {
  const walk: Walk = { ...operation, variables, visitor, reach: new Map(), selected: new Map() };
  const { definition, rootType } = operation;
  visitSelections(walk, definition.selectionSet, [rootType], null, false);
  return walk.reach;
}

interface Walk extends Selecting {
  readonly visitor: Visitor;
  /** The types that each selection set was walked for, and whether only under a condition. */
  readonly reach: Map<SelectionSetNode, Map<GraphQLObjectType, boolean>>;
}

/** What it takes to say what is selected on which types, and what was found of it so far. */
export interface Selecting extends Operation {
  readonly variables: Variables | null;
  readonly selected: Map<SelectionSetNode, ReadonlySet<GraphQLObjectType> | 'all'>;
}

function visitSelections(
  walk: Walk,
  selectionSet: SelectionSetNode,
  types: readonly GraphQLObjectType[],
  above: Position | null,
  conditional: boolean,
): void {
  const reached = getOrMake(walk.reach, selectionSet, () => new Map());
  const fresh = types.filter((type) => !reached.has(type) || (reached.get(type) && !conditional));
  if (fresh.length === 0) return;
  for (const type of fresh) reached.set(type, conditional);
  for (const selection of selectionSet.selections) {
    const included = inclusion(walk, selection);
    if (included === false) continue;
    const maybe = conditional || included === null;
    if (selection.kind === Kind.FIELD) {
      for (const type of fresh) visitField(walk, selection, type, above, maybe);
    } else {
      const inner = contentOf(walk, selection);
      if (inner)
        visitSelections(walk, inner.selectionSet, narrowed(walk, fresh, inner), above, maybe);
    }
  }
}

type Fragment = Pick<FragmentDefinitionNode, 'selectionSet'> &
  Partial<Pick<FragmentDefinitionNode, 'typeCondition'>>;

/** What is inside a fragment; nothing for a name that no fragment has. */
export function contentOf({ fragments }: Operation, selection: Exclude<SelectionNode, FieldNode>) {
  return selection.kind === Kind.INLINE_FRAGMENT
    ? (selection as Fragment)
    : (fragments.get(selection.name.value) as Fragment | undefined);
}

/** Those of the types that a fragment's condition lets through. */
export function narrowed(
  { index }: Operation,
  types: readonly GraphQLObjectType[],
  { typeCondition }: Fragment,
): readonly GraphQLObjectType[] {
  if (typeCondition === undefined) return types;
  const possible = typesNamed(index.schema, typeCondition.name.value);
  return types.filter((type) => possible.has(type));
}

function visitField(
  walk: Walk,
  node: FieldNode,
  parent: GraphQLObjectType,
  above: Position | null,
  conditional: boolean,
): void {
  const field = fieldOf(walk.index.schema, parent, node.name.value);
  if (field === undefined) return;
  const position = positionOf(walk, { node, parent, field, above, conditional });
  if (!walk.visitor.position(position) || !node.selectionSet) return;
  tellTypes(walk, position, node.selectionSet);
  visitSelections(walk, node.selectionSet, position.types, position, position.conditional);
}

/** What a field takes and returns under these variables, where it was found. */
export function positionOf(
  { index, variables }: Pick<Walk, 'index' | 'variables'>,
  { node, parent, field, above, conditional }: Found,
): Position {
  const facts = factsOf(index, parent, field);
  const inputs = [...guardedInputsOf(facts.guardedFields, node, variables)].map((input) => ({
    coordinate: input.coordinate(facts.need.coordinate),
    requirement: input.requirement,
  }));
  const { rule } = facts;
  const isOpen = isUndecided(facts, node, variables);
  if (rule === null || isOpen) {
    const needs = inputs.length === 0 ? facts.needs : [facts.need, ...inputs];
    const { types } = facts;
    return { node, parent, field, needs, types, above, conditional: conditional || isOpen };
  }
  const names = rule(argumentsOf(field, node, variables ?? {}));
  const types = facts.types.filter(({ name }) => names.includes(name));
  const ofTypes = types.map((type) => index.ofType(type));
  const need = { ...facts.need, requirement: allOf(facts.need.requirement, ...ofTypes) };
  return { node, parent, field, needs: [need, ...inputs], types, above, conditional };
}

/** Whether it takes unknown variables to say which types a field can return. */
const isUndecided = ({ rule }: FieldFacts, node: FieldNode, variables: Variables | null) =>
  rule !== null && variables === null && hasVariables(node);

type Found = Pick<Position, 'node' | 'parent' | 'field' | 'above' | 'conditional'>;

/** Values that cannot be coerced make the field fail when it runs: it then returns nothing. */
function argumentsOf(
  field: Field,
  node: FieldNode,
  variables: Variables,
): Readonly<Record<string, unknown>> {
  try {
    return { ...getArgumentValues(field, node, { ...variables }) };
  } catch (error) {
    if (error instanceof GraphQLError) return {};
    throw error;
  }
}

/** Whether what a field returns and what it takes may depend on variables. */
export function hasVariables({ arguments: sent = [] }: FieldNode): boolean {
  const isVariable = (value: ValueNode): boolean => {
    if (value.kind === Kind.LIST) return value.values.some(isVariable);
    if (value.kind === Kind.OBJECT) return value.fields.some((field) => isVariable(field.value));
    return value.kind === Kind.VARIABLE;
  };
  return sent.some(({ value }) => isVariable(value));
}

/**
 * An abstract position is judged for each type that something is selected on. Where variables will say which types
 * there are, the field itself will take what they take, whatever is selected.
 */
function tellTypes(walk: Walk, at: Position, selectionSet: SelectionSetNode): void {
  const [own] = at.needs;
  if (!own || !isAbstractType(getNamedType(at.field.type))) return;
  const facts = factsOf(walk.index, at.parent, at.field);
  const isOpen = isUndecided(facts, at.node, walk.variables);
  for (const type of at.types) {
    const requirement = walk.index.ofType(type);
    if (implies(own.requirement, requirement)) continue;
    if (!isOpen && !selectsOn(walk, selectionSet, type)) continue;
    walk.visitor.type({ need: { coordinate: type.name, requirement }, type, at });
  }
}

/** Whether a selection set selects anything on a type, directly or in fragments. */
export function selectsOn(
  walk: Selecting,
  selectionSet: SelectionSetNode,
  type: GraphQLObjectType,
): boolean {
  const selected = selectedTypes(walk, selectionSet);
  return selected === 'all' || selected.has(type);
}

/** The types for which a selection set selects anything, directly or in fragments. */
function selectedTypes(
  walk: Selecting,
  selectionSet: SelectionSetNode,
): ReadonlySet<GraphQLObjectType> | 'all' {
  const known = walk.selected.get(selectionSet);
  if (known !== undefined) return known;
  const found = new Set<GraphQLObjectType>();
  walk.selected.set(selectionSet, found);
  let all = false;
  for (const selection of selectionSet.selections) {
    if (inclusion(walk, selection) === false) continue;
    const inner = selection.kind === Kind.FIELD ? null : contentOf(walk, selection);
    if (inner === undefined) continue;
    const types = inner === null ? 'all' : selectedTypes(walk, inner.selectionSet);
    const condition = inner?.typeCondition?.name.value;
    if (condition !== undefined) {
      for (const type of typesNamed(walk.index.schema, condition)) {
        if (types === 'all' || types.has(type)) found.add(type);
      }
    } else if (types === 'all') {
      all = true;
    } else {
      for (const type of types) found.add(type);
    }
  }
  const selected = all ? 'all' : found;
  walk.selected.set(selectionSet, selected);
  return selected;
}

/** Whether `@skip` and `@include` leave a selection in; null where that takes a variable that is not known. */
export function inclusion(
  { variables }: { readonly variables: Variables | null },
  { directives = [] }: SelectionNode,
): boolean | null {
  if (directives.length === 0) return true;
  const answers = directives.map((directive) => keeps(directive, variables));
  if (answers.includes(false)) return false;
  return answers.includes(null) ? null : true;
}

function keeps({ name, arguments: [condition] = [] }: DirectiveNode, variables: Variables | null) {
  const isSkip = name.value === GraphQLSkipDirective.name;
  if (!isSkip && name.value !== GraphQLIncludeDirective.name) return true;
  const value = condition?.value;
  if (value?.kind === Kind.VARIABLE && variables === null) return null;
  const given =
    value?.kind === Kind.VARIABLE
      ? variables?.[value.name.value]
      : value?.kind === Kind.BOOLEAN && value.value;
  if (typeof given !== 'boolean') {
    const nodes = condition ? [condition] : [];
    throw new GraphQLError(`@${name.value} takes true or false as "if", and got null.`, { nodes });
  }
  return isSkip ? !given : given;
}
