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
import { collectFields } from './collect-fields.ts';
import { fieldOf, type Need } from './field-facts.ts';
import type { FilteredOperation } from './filter.ts';
import type { Plan } from './plan.ts';
import { refusal } from './refusal.ts';
import type { Granted } from './requirement.ts';

/** How refused fields are reported: once for each coordinate, or once for each place in the answer. */
export type RefusalErrors = 'per-coordinate' | 'per-path';

/** The request that a filtered operation was run for. */
export interface FilteredRequest {
  readonly plan: Plan;
  readonly filtered: FilteredOperation;
  readonly granted: Granted;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly style?: RefusalErrors;
}

type Path = readonly (string | number)[];
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
  if (data === null) restorer.nulled([], 0);
  const ran = (result.errors ?? []).map((error) => withOwnKeys(error, request.filtered));
  const errors = [...ran, ...restorer.errors()].toSorted(inDocumentOrder);
  return { ...result, data, ...(errors.length > 0 && { errors }) };
}

interface Refused {
  readonly need: Need;
  readonly nodes: readonly FieldNode[];
  readonly path: Path;
  occurrences: number;
  nulledPath?: Path;
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
  /** In the order in which they were met: those below a place are the last ones when it has been completed. */
  readonly #refused: Refused[] = [];
  readonly #byCoordinate = new Map<string, Refused>();

  constructor(request: FilteredRequest) {
    this.#request = request;
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
      if (group.refused) this.#refuse(group.refused, group, here);
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
    const before = this.#refused.length;
    const completed = this.#value(value, getNullableType(type), group, path);
    if (completed === null && !isNonNullType(type)) this.nulled(path, before);
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
    this.#refuse(refused, group, path);
    return null;
  }

  /** The place is null now, and with it everything below: the refusals that were met since. */
  nulled(path: Path, since: number): void {
    for (const refused of this.#refused.slice(since)) {
      if (path.length < refused.path.length) refused.nulledPath = path;
    }
  }

  #refuse(need: Need, { nodes }: Group, path: Path): void {
    const known = this.#byCoordinate.get(need.coordinate);
    if (known !== undefined && this.#request.style !== 'per-path') {
      known.occurrences += 1;
      return;
    }
    const refused = { need, nodes, path, occurrences: 1 };
    this.#byCoordinate.set(need.coordinate, refused);
    this.#refused.push(refused);
  }

  errors(): GraphQLError[] {
    const { granted, style } = this.#request;
    return this.#refused.map(({ need, nodes, path, occurrences, nulledPath }) =>
      refusal(need.coordinate, need.requirement, granted, {
        nodes,
        path,
        ...(style !== 'per-path' && { occurrences }),
        ...(nulledPath && { nulledPath }),
      }),
    );
  }

  #groupsOf(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): readonly Group[] {
    const ofSets = this.#groups.get(sets) ?? new Map<GraphQLObjectType, readonly Group[]>();
    this.#groups.set(sets, ofSets);
    const known = ofSets.get(type);
    if (known !== undefined) return known;
    const { plan, variables } = this.#request;
    const nodes = collectFields(plan, variables, type, sets);
    const groups = [...nodes].flatMap(([key, ofKey]) => this.#groupOf(key, ofKey, type) ?? []);
    ofSets.set(type, groups);
    return groups;
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

/** Errors in the order of the document and its lists, which is how a reader looks for them. */
function inDocumentOrder(a: GraphQLError, b: GraphQLError): number {
  const position = (error: GraphQLError) => error.nodes?.[0]?.loc?.start ?? 0;
  return position(a) - position(b) || comparePaths(a.path ?? [], b.path ?? []);
}

function comparePaths(a: Path, b: Path): number {
  const at = a.findIndex((step, index) => step !== b[index]);
  const [left, right] = [a[at], b[at]];
  return typeof left === 'number' && typeof right === 'number' ? left - right : 0;
}
