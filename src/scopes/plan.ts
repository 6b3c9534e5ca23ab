import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  getOperationAST,
  isIntrospectionType,
  Kind,
  visit,
} from 'graphql';
import { getOrMake } from './caches.ts';
import { extensionOf } from './declaration.ts';
import type { Need } from './field-facts.ts';
import { allOf } from './requirement.ts';
import type { RequirementIndex } from './requirement-index.ts';
import { type CoerceVariables, coercionOf, type Variables } from './variables.ts';
import { hasVariables, type Operation, type Position, positionOf, walkOperation } from './walk.ts';

/** A need of a document whatever its variables are. */
export interface PlannedNeed extends Need {
  /** Whether it takes certain values of variables to need it. */
  readonly conditional: boolean;
}

/** What is known of an operation before a request for it comes. Made once for each document. */
export interface Plan extends Operation {
  readonly document: DocumentNode;
  /** Everything that the operation could ever need, each coordinate once, in the order of the document. */
  readonly needs: readonly PlannedNeed[];
  /** Every scope that a decision on the operation can depend on, sorted. */
  readonly scopes: readonly string[];
  /** Whether it asks for `__schema` or `__type`. */
  readonly introspects: boolean;
  readonly coerce: CoerceVariables;
  /** What it needs under these coerced variables. */
  needsUnder(variables: Variables): readonly Need[];
  /** Says of two sets of coerced variables whether they make a difference: equal keys, equal needs. */
  keyOf(variables: Variables): string;
}

const PLANS = new WeakMap<RequirementIndex, WeakMap<DocumentNode, Map<string | null, Plan>>>();

/**
 * Plans one operation of a document that has been validated against the index's schema. The time is linear in
 * the document. The plan is kept as long as the document is.
 *
 * @throws GraphQLError when the document has no such operation, or the schema has none of its kind.
 */
export function planOperation(
  index: RequirementIndex,
  document: DocumentNode,
  operationName: string | null = null,
): Plan {
  const ofIndex = getOrMake(PLANS, index, () => new WeakMap());
  const ofDocument = getOrMake(ofIndex, document, () => new Map());
  return getOrMake(ofDocument, operationName, () => createPlan(index, document, operationName));
}

function createPlan(
  index: RequirementIndex,
  document: DocumentNode,
  operationName: string | null,
): Plan {
  const operation = operationOf(index, document, operationName);
  const deciding: Position[] = [];
  let introspects = false;
  const needs = needsOf(operation, null, (position) => {
    introspects ||= position.field.name === '__schema' || position.field.name === '__type';
    if (hasVariables(position.node) && mattersByArguments(index, position)) deciding.push(position);
  });
  const switches = switchesOf(document);
  const keyOf: Plan['keyOf'] = (variables) =>
    [
      ...switches.map((name) => String(variables[name])),
      ...deciding.map((position) => spelled(positionOf({ index, variables }, position))),
    ].join('\n');
  const scopes = needs.flatMap(({ requirement }) => requirement.anyOf.flat());
  return {
    ...operation,
    document,
    needs,
    scopes: [...new Set([...scopes, ...index.rowScopes])].sort(),
    introspects,
    coerce: coercionOf(index.schema, operation.definition.variableDefinitions ?? []),
    keyOf,
    needsUnder: (variables) => needsOf(operation, variables),
  };
}

function operationOf(
  index: RequirementIndex,
  document: DocumentNode,
  operationName: string | null,
): Operation {
  const definition = getOperationAST(document, operationName);
  if (!definition) {
    throw new GraphQLError(
      operationName === null
        ? 'The document has no operation, or several: then say which with operationName.'
        : `The document has no operation named "${operationName}".`,
    );
  }
  const rootType = index.schema.getRootType(definition.operation);
  if (!rootType) throw new GraphQLError(`This schema has no ${definition.operation} operations.`);
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  const named = (fragments as FragmentDefinitionNode[]).map(
    (fragment) => [fragment.name.value, fragment] as const,
  );
  return { index, definition, rootType, fragments: new Map(named) };
}

/** What an operation needs, each coordinate once. `meet` is told of every position. */
function needsOf(
  operation: Operation,
  variables: Variables | null,
  meet: (position: Position) => void = () => {},
): readonly PlannedNeed[] {
  const needs = new Map<string, PlannedNeed>();
  walkOperation(operation, variables, {
    position(position) {
      meet(position);
      const { node, field, parent, conditional } = position;
      // The fields of introspection take nothing and are no coordinates of the schema's author.
      if (field.name.startsWith('__') || isIntrospectionType(parent)) return true;
      const [own, ...inputs] = position.needs;
      if (own) add(needs, own, conditional);
      const varies = variables === null && hasVariables(node);
      for (const need of inputs) add(needs, need, conditional || varies);
      return true;
    },
    type({ need, at }) {
      add(needs, need, at.conditional);
    },
  });
  return [...needs.values()];
}

/** A coordinate that is used twice needs what both uses need: arguments may differ. */
function add(needs: Map<string, PlannedNeed>, need: Need, conditional: boolean): void {
  const known = needs.get(need.coordinate);
  needs.set(need.coordinate, {
    coordinate: need.coordinate,
    // Mostly the same one: it is reckoned once for a field.
    requirement:
      known && known.requirement !== need.requirement
        ? allOf(known.requirement, need.requirement)
        : need.requirement,
    conditional: conditional && (known?.conditional ?? true),
  });
}

const mattersByArguments = (index: RequirementIndex, { parent, field }: Position) =>
  index.guardedFields(parent, field).length > 0 || extensionOf(field).possibleTypes !== undefined;

const spelled = ({ needs, types }: Position) =>
  [...needs.slice(1).map(({ coordinate }) => coordinate), '', ...types].join(' ');

/** The variables that `@skip` and `@include` ask. */
function switchesOf(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive({ name, arguments: [condition] = [] }) {
      const switches: readonly string[] = [GraphQLSkipDirective.name, GraphQLIncludeDirective.name];
      const value = condition?.value;
      if (switches.includes(name.value) && value?.kind === Kind.VARIABLE)
        names.add(value.name.value);
    },
  });
  return [...names];
}
