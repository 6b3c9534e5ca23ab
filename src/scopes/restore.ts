import {
  type ExecutionResult,
  type FieldNode,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNullableType,
  isListType,
  isNonNullType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import { getOrMake } from './caches.ts';
import { collectFields } from './collect-fields.ts';
import { fieldOf, type Need } from './field-facts.ts';
import type { FilteredOperation } from './filter.ts';
import type { Plan } from './plan.ts';
import { inDocumentOrder, type Path, type RefusalErrors, Refusals } from './refusals.ts';
import type { Granted } from './requirement.ts';
import type { Variables } from './variables.ts';

/** The request that a filtered operation was run for. */
export interface FilteredRequest {
  readonly plan: Plan;
  readonly filtered: FilteredOperation;
  readonly granted: Granted;
  readonly variables: Variables;
  readonly style?: RefusalErrors;
}

type Json = Record<string, unknown>;

/**
 * Puts what a filter took out of an operation back into its answer: `null` in each place, or where that cannot be
 * in the nearest place above that may be null; and an error for each refused coordinate that was
 * reached, with the first path and the number of occurrences. What lies in an empty list or below a null
 * was not reached and is not reported.
 */
export function restoreRefused(result: ExecutionResult, request: FilteredRequest): ExecutionResult {
  if (result.data === null || result.data === undefined) return result;
  const restorer = new Restorer(request);
  const { rootType, definition } = request.plan;
  const data = restorer.object(result.data, rootType, [definition.selectionSet], []);
  if (data === null) restorer.refusals.nulled([], 0);
  const ran = (result.errors ?? []).map((error) => withOwnKeys(error, request.filtered));
  const errors = [...ran, ...restorer.refusals.errors(request.granted)].toSorted(inDocumentOrder);
  return { ...result, data, ...(errors.length > 0 && { errors }) };
}

/** The fields of one response key, as an object of one type answers them. */
interface Group {
  readonly key: string;
  readonly nodes: readonly FieldNode[];
  readonly type: GraphQLOutputType;
  /** What is selected on the value; empty for a leaf. */
  readonly sets: readonly SelectionSetNode[];
  /** Whether nothing is missing in the value. */
  readonly isWhole: boolean;
  readonly refused: Need | undefined;
}

class Restorer {
  readonly #request: FilteredRequest;
  readonly #groups = new Map<
    readonly SelectionSetNode[],
    Map<GraphQLObjectType, readonly Group[]>
  >();
  readonly refusals: Refusals;

  constructor(request: FilteredRequest) {
    this.#request = request;
    this.refusals = new Refusals(request.style);
  }

  /** The object with its nulls; null when one of them cannot be in it. */
  object(
    value: Json,
    type: GraphQLObjectType,
    sets: readonly SelectionSetNode[],
    path: Path,
  ): Json | null {
    const object: Record<string, unknown> = Object.create(null);
    const { filtered } = this.#request;
    let isNull = false;
    for (const group of this.#groupsOf(type, sets)) {
      const here = [...path, group.key];
      if (group.refused) this.refusals.add(group.refused, group.nodes, () => here);
      const completed = group.refused
        ? null
        : this.#complete(value[filtered.keyOf(group.key, group.type)], group.type, group, here);
      if (completed === null && isNonNullType(group.type)) isNull = true;
      object[group.key] = completed;
    }
    return isNull ? null : object;
  }

  #complete(value: unknown, type: GraphQLOutputType, group: Group, path: Path): unknown {
    if (group.isWhole) return value;
    const before = this.refusals.size;
    const completed = this.#value(value, getNullableType(type), group, path);
    if (completed === null && !isNonNullType(type)) this.refusals.nulled(path, before);
    return completed;
  }

  #value(value: unknown, type: GraphQLOutputType, group: Group, path: Path): unknown {
    if (value === null || value === undefined) return null;
    if (isListType(type)) {
      const items = (value as readonly unknown[]).map((item, index) =>
        this.#complete(item, type.ofType, group, [...path, index]),
      );
      return isNonNullType(type.ofType) && items.includes(null) ? null : items;
    }
    const object = value as Json;
    const { filtered, plan } = this.#request;
    const name = isObjectType(type) ? type.name : String(object[filtered.typenameKey]);
    const actual = plan.index.schema.getType(name);
    if (!isObjectType(actual)) throw new TypeError(`"${name}" is not an object type.`);
    const isAsked = !isObjectType(type) && this.#groupsOf(actual, group.sets).length > 0;
    const refused = isAsked ? filtered.refusalOfType(actual) : undefined;
    if (refused === undefined) return this.object(object, actual, group.sets, path);
    this.refusals.add(refused, group.nodes, () => path);
    return null;
  }

  #groupsOf(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): readonly Group[] {
    const ofSets = getOrMake(this.#groups, sets, () => new Map());
    return getOrMake(ofSets, type, () => {
      const { plan, variables } = this.#request;
      const nodes = collectFields(plan, variables, type, sets);
      return [...nodes].flatMap(([key, ofKey]) => this.#groupOf(key, ofKey, type) ?? []);
    });
  }

  #groupOf(key: string, nodes: readonly FieldNode[], parent: GraphQLObjectType): Group | null {
    const { filtered, plan } = this.#request;
    const [first] = nodes;
    const field = first && fieldOf(plan.index.schema, parent, first.name.value);
    if (first === undefined || field === undefined) return null;
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    const isWhole = sets.every((set) => filtered.isWhole(set));
    return {
      key,
      nodes,
      type: field.type,
      sets,
      isWhole,
      refused: filtered.refusalOf(first, parent),
    };
  }
}

/** The error at its place in the answer: with the response keys of the original. */
function withOwnKeys(error: GraphQLError, { originalKeys }: FilteredOperation): GraphQLError {
  if (!error.path?.some((step) => originalKeys.has(String(step)))) return error;
  const path = error.path.map((step) => originalKeys.get(String(step)) ?? step);
  const { message, nodes = null, originalError = null, extensions } = error;
  return new GraphQLError(message, { nodes, path, originalError, extensions });
}
