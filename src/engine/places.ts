import {
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNamedType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import type { CellRow } from '../data/source.ts';
import type { Path } from '../scopes/refusals.ts';
import { Anomaly } from './anomaly.ts';
import type { Columns } from './columns.ts';
import type { Fetch, Run, Write } from './run.ts';

/** A step of a path: a response key, or the number of the list around whose items are counted. */
export type Step = string | { readonly list: number };

/** Where an object of the answer is. */
export interface Place {
  readonly steps: readonly Step[];
  /** How many lists are around it. */
  readonly lists: number;
}

/** Where rows are written. */
export interface Rows extends Place {
  /** Which position they were loaded for; null at the root. */
  readonly slot: number | null;
  /** How many waves came before theirs. */
  readonly depth: number;
  /** Null at the root, where there is no row. */
  readonly columns: Columns | null;
}

/** One response key of an object. */
export interface Selected extends Place {
  readonly node: FieldNode;
  readonly nodes: readonly FieldNode[];
  readonly parent: GraphQLObjectType;
  readonly field: GraphQLField<unknown, unknown>;
  /** What is selected on its value. */
  readonly sets: readonly SelectionSetNode[];
}

/** What compiles the objects of an operation, for those parts of the engine that know what is in them. */
export interface Compiling {
  /** Writes the selected members of an object, in the order of the document; `write` says how each field is. */
  object<V>(
    type: GraphQLObjectType,
    sets: readonly SelectionSetNode[],
    place: Place,
    write: (selected: Selected) => Write<V>,
  ): Write<V>;
  /** Writes the selected fields of a row. */
  rowObject(type: GraphQLObjectType, sets: readonly SelectionSetNode[], rows: Rows): Write<CellRow>;
  /** The number of a field position that loads something. */
  newSlot(): number;
  /** Adds to what is loaded when so many waves have been. */
  fetch(depth: number, fetch: Fetch): void;
}

/** The object type that a field returns, itself or in a list. */
export function objectIn(type: GraphQLOutputType): GraphQLObjectType {
  const named = getNamedType(type);
  if (!isObjectType(named)) throw new Anomaly(`${named.name} is not an object type.`);
  return named;
}

/** Where a run is at some steps. */
export const pathOf = (steps: readonly Step[], { indices }: Run): Path =>
  steps.map((step) => (typeof step === 'string' ? step : (indices[step.list] ?? 0)));
