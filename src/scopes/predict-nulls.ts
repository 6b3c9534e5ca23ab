import {
  type FieldNode,
  type GraphQLObjectType,
  getNamedType,
  isAbstractType,
  isListType,
  isNonNullType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { fieldOf, type Need } from './field-facts.ts';
import { filterOperation } from './filter.ts';
import type { Plan } from './plan.ts';
import { type Granted, missingScopes } from './requirement.ts';
import type { Variables } from './variables.ts';
import {
  contentOf,
  inclusion,
  narrowed,
  type Position,
  positionOf,
  type Selecting,
  selectsOn,
} from './walk.ts';

/** A place of the answer that a refusal makes null, if anything is there. */
export interface PredictedNull {
  /** The refused coordinate. */
  readonly coordinate: string;
  /** Response keys from the root, joined by dots; the items of lists are not numbered. */
  readonly path: string;
  /**
   * The place that this refusal makes null: the path itself, or the nearest one above that may be null; "" is
   * the whole answer. Another refusal may make a place above it null.
   */
  readonly nulledPath: string;
  readonly missingScopes: readonly string[];
}

export interface PredictedNulls {
  /** In the order of the document, the outermost only. */
  readonly nulls: readonly PredictedNull[];
  /** Whether there may be more: fragments in fragments multiply the places. */
  readonly capped: boolean;
}

const MAX_NULLS = 1_000;

/** Selections that are looked at: enough for any document that a person wrote. */
const MAX_SELECTIONS = 50_000;

/** Where the answer of a filtered operation has nulls instead of what is refused. Every place, not only the first. */
export function predictNulls(
  plan: Plan,
  granted: Granted,
  variables: Variables | null,
): PredictedNulls {
  const prediction = new Prediction(plan, granted, variables);
  prediction.selections(plan.definition.selectionSet, [plan.rootType], null);
  return { nulls: [...prediction.nulls.values()], capped: prediction.capped };
}

class Prediction {
  readonly nulls = new Map<string, PredictedNull>();
  capped = false;
  readonly #granted: Granted;
  readonly #selecting: Selecting;
  readonly #filtered;
  #looked = 0;

  constructor(plan: Plan, granted: Granted, variables: Variables | null) {
    this.#granted = granted;
    this.#selecting = { ...plan, variables, selected: new Map() };
    this.#filtered = filterOperation(plan, granted, variables);
  }

  selections(
    { selections }: SelectionSetNode,
    types: readonly GraphQLObjectType[],
    above: Position | null,
  ): void {
    for (const selection of selections) {
      this.#looked += 1;
      this.capped ||= this.#looked > MAX_SELECTIONS || this.nulls.size >= MAX_NULLS;
      if (this.capped) return;
      if (inclusion(this.#selecting, selection) === false) continue;
      if (selection.kind === Kind.FIELD) {
        for (const type of types) this.#field(selection, type, above);
        continue;
      }
      const inner = contentOf(this.#selecting, selection);
      if (inner === undefined) continue;
      const left = narrowed(this.#selecting, types, inner);
      if (left.length > 0) this.selections(inner.selectionSet, left, above);
    }
  }

  #field(node: FieldNode, parent: GraphQLObjectType, above: Position | null): void {
    const { index } = this.#selecting;
    const field = fieldOf(index.schema, parent, node.name.value);
    if (field === undefined) return;
    const found = { node, parent, field, above, conditional: false };
    const position = positionOf(this.#selecting, found);
    const refused = this.#filtered.refusalOf(node, parent);
    if (refused) this.#add(refused, position, false);
    if (refused || !node.selectionSet) return;
    const { selectionSet } = node;
    const isAbstract = isAbstractType(getNamedType(field.type));
    const open = isAbstract
      ? position.types.filter((type) => !this.#refusesType(type, position, selectionSet))
      : position.types;
    this.selections(selectionSet, open, position);
  }

  #refusesType(type: GraphQLObjectType, position: Position, selectionSet: SelectionSetNode) {
    const refused = this.#filtered.refusalOfType(type);
    if (refused && selectsOn(this.#selecting, selectionSet, type)) {
      this.#add(refused, position, true);
    }
    return refused !== undefined;
  }

  #add({ coordinate, requirement }: Need, position: Position, isItem: boolean): void {
    const path = pathOf(position);
    const nulled = nulledPath(position, isItem);
    this.nulls.set([coordinate, path, nulled].join(' '), {
      coordinate,
      path,
      nulledPath: nulled,
      missingScopes: missingScopes(requirement, this.#granted),
    });
  }
}

function pathOf(position: Position | null): string {
  const keys: string[] = [];
  for (let at = position; at !== null; at = at.above) {
    keys.unshift(at.node.alias?.value ?? at.node.name.value);
  }
  return keys.join('.');
}

/** A null rises through what cannot be null: the field, and the lists that hold its parents. */
function nulledPath(position: Position, isRefusedItem: boolean): string {
  let at: Position | null = position;
  let isItem = isRefusedItem;
  while (at !== null && !mayBeNull(at, isItem)) {
    at = at.above;
    isItem = true;
  }
  return pathOf(at);
}

/** Whether something between an object and the field that holds it may be null: an item, a list, the field. */
function mayBeNull({ field }: Position, isItem: boolean): boolean {
  if (!isItem) return !isNonNullType(field.type);
  let { type } = field;
  for (;;) {
    if (!isNonNullType(type)) return true;
    type = type.ofType;
    if (!isListType(type)) return false;
    type = type.ofType;
  }
}
