import {
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNamedType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import type { Entity } from '../data/entities.ts';
import type { Cell, CellRow } from '../data/source.ts';
import type { Field } from '../scopes/coordinates.ts';
import type { Path } from '../scopes/refusals.ts';
import type { Requirement } from '../scopes/requirement.ts';
import type { Variables } from '../scopes/variables.ts';
import { Anomaly } from './anomaly.ts';
import type { Columns, Joined } from './columns.ts';
import type { Above } from './fetches.ts';
import type { Fetch, Run, Write } from './run.ts';

/** A step of a path: a response key, or the number of the list around whose items are counted. */
export type Step = string | { readonly list: number };

/** Where an object of the answer is. */
export interface Place {
  readonly steps: readonly Step[];
  /** How many lists are around it. */
  readonly lists: number;
}

/** What the fields of an object are made of, where it stands: rows of a batch, or values that fields made. */
export interface Parents<V> extends Place {
  /** How many waves have been when they are there. */
  readonly depth: number;
  /** Null for what is no row of a batch. */
  readonly columns: Columns | null;
  /** All of them in a run. */
  readonly all: (run: Run) => readonly V[];
  /** How they name what belongs to them by one of their columns. */
  readonly keyed: (column: string) => Keyed<V>;
  /** How some of their columns are read. */
  readonly reading: (columns: readonly string[]) => Reading<V>;
}

/** A column of keys. */
export interface Keyed<V> {
  /** Where the keys of all parents are. */
  readonly above: Above;
  readonly keyOf: (parent: V) => Cell;
}

/** Some columns of parents. */
export interface Reading<V> {
  readonly read: (parent: V) => Json;
  /** Equal for parents whose columns are equal. */
  readonly spell: (parent: V) => string;
}

export type Json = Readonly<Record<string, unknown>>;

/** Rows of a batch. */
export interface Rows extends Parents<CellRow> {
  readonly columns: Columns;
}

/** One response key of an object. */
export interface Selected extends Place {
  readonly node: FieldNode;
  readonly nodes: readonly FieldNode[];
  readonly parent: GraphQLObjectType;
  readonly field: Field;
  /** What is selected on its value. */
  readonly sets: readonly SelectionSetNode[];
}

export type Arguments = Readonly<Record<string, unknown>>;

/** What compiles the objects of an operation, for those parts of the engine that know what is in them. */
export interface Compiling {
  /** Those of the request that it is compiled for. */
  readonly variables: Variables;
  /** Writes the selected members of an object, in the order of the document; `write` says how each field is. */
  object<V>(
    type: GraphQLObjectType,
    sets: readonly SelectionSetNode[],
    place: Place,
    write: (selected: Selected) => Write<V>,
  ): Write<V>;
  /** Writes the selected fields of a row. */
  rowObject(type: GraphQLObjectType, sets: readonly SelectionSetNode[], rows: Rows): Write<CellRow>;
  /** Writes the selected fields of a value. */
  valueObject(
    type: GraphQLObjectType,
    sets: readonly SelectionSetNode[],
    values: Parents<Json>,
  ): Write<Json>;
  /** @throws Anomaly for what takes more than was granted. */
  check(coordinate: string, requirement: Requirement): void;
  /** What a type takes by itself. */
  requirementOf(type: GraphQLObjectType): Requirement;
  /** The columns of a new position. */
  columnsOf(entity: Entity): Columns;
  /** The object types that a field can return under the request's variables. */
  typesOf(selected: Selected): readonly GraphQLObjectType[];
  /** The number of a field position that loads something. */
  newSlot(): number;
  /** Adds to what is loaded when so many waves have been, or with the rows above it where that saves a wave. */
  fetch(depth: number, fetch: Fetch, joinable?: Joinable | null): void;
}

/** A to-one edge as it would be joined to the rows above it. */
export interface Joinable {
  readonly above: Columns;
  readonly joined: Joined;
}

/** The object type that a field returns, itself or in a list. */
export function objectIn(type: GraphQLOutputType): GraphQLObjectType {
  const named = getNamedType(type);
  if (!isObjectType(named)) throw new Anomaly(`${named.name} is not an object type.`);
  return named;
}

/** The place of the items of a list that stands at a place. */
export const itemsOf = ({ steps, lists }: Place): Place => ({
  steps: [...steps, { list: lists }],
  lists: lists + 1,
});

/** Where a run is at some steps. */
export const pathOf = (steps: readonly Step[], { indices }: Run): Path =>
  steps.map((step) => (typeof step === 'string' ? step : (indices[step.list] ?? 0)));
