import type { InputRef, InputType, ObjectRef } from '@pothos/core';
import type { EntityOf, PageBatchName } from '../data/batches.ts';
import type { Column, Entity, Row } from '../data/entities.ts';
import type { Condition, Direction, Value } from '../data/source.ts';
import { AppError } from '../errors.ts';
import { builder, type Types } from './builder.ts';
import { type Connection, loadConnection, type PageArguments } from './connection.ts';
import type { Context } from './context.ts';
import { listSource, says } from './fields.ts';
import type { StaticScopes } from './scope-plugin.ts';

/** The connection and edge types of a node type. They need what the node needs. */
export function connectionType<R extends object>(
  type: ObjectRef<Types, R>,
  authScopes: StaticScopes,
): ObjectRef<Types, Connection<R>> {
  const connection = builder.connectionObject(
    {
      type,
      name: `${type.name}Connection`,
      description: `A page of a list of ${type.name} objects.`,
      authScopes,
      fields: (t) => ({
        totalCount: t.int({
          nullable: true,
          description: 'How many items the whole list has; null where there are more than 10,000.',
          extensions: says({ kind: 'count' }),
          resolve: (parent) => (parent as unknown as Connection<R>).count(),
        }),
      }),
    },
    {
      name: `${type.name}Edge`,
      description: `One ${type.name} in a list.`,
      authScopes,
    },
  );
  return connection as unknown as ObjectRef<Types, Connection<R>>;
}

const SortDirection = builder.enumType('SortDirection', {
  description: 'Which way a list is ordered.',
  values: {
    ASC: { description: 'Smallest, earliest or first in the alphabet first.' },
    DESC: { description: 'Largest, latest or last in the alphabet first.' },
  },
});

interface SortField<E extends Entity> {
  /** The columns that order the rows; the last one makes the order total. */
  readonly columns: readonly Column<E>[];
  readonly description: string;
  readonly authScopes?: StaticScopes;
}

/** How a list may be sorted: the argument's type, and what its value means. */
export interface Ordering {
  readonly input: InputRef<{ field: string; direction: string }>;
  columnsOf(field: string): readonly string[];
  /** The columns of each of its fields. */
  readonly sorts: readonly (readonly string[])[];
}

/** Declares `<name>SortField` and `<name>Sort`. A field over guarded data needs that data's scope. */
export function ordering<E extends Entity>(
  name: string,
  fields: Readonly<Record<string, SortField<E>>>,
): Ordering {
  const SortFieldEnum = builder.enumType(`${name}SortField`, {
    description: `What a list of ${name} objects can be ordered by.`,
    values: Object.fromEntries(
      Object.entries(fields).map(([key, { description, authScopes }]) => [
        key,
        authScopes ? { description, authScopes } : { description },
      ]),
    ),
  });
  const input = builder.inputType(`${name}Sort`, {
    description: `How to order a list of ${name} objects.`,
    fields: (t) => ({
      field: t.field({
        type: SortFieldEnum,
        required: true,
        description: 'What to order by.',
      }),
      direction: t.field({
        type: SortDirection,
        required: true,
        defaultValue: 'ASC',
        description: 'Which way.',
      }),
    }),
  });
  return {
    input: input as unknown as Ordering['input'],
    columnsOf: (field) => fields[field]?.columns ?? [],
    sorts: Object.values(fields).map(({ columns }) => columns),
  };
}

interface FilterField<E extends Entity> {
  readonly type: InputType<Types>;
  readonly column: Column<E>;
  readonly operator: Condition['operator'];
  readonly description: string;
  readonly authScopes?: StaticScopes;
  /** Compare in lower case, with a column that is stored so. */
  readonly lowerCase?: boolean;
}

/** What a list may be narrowed by: the argument's type, and what its value means. */
export interface Filtering {
  readonly input: InputRef<Readonly<Record<string, Value | null | undefined>>>;
  conditionsOf(
    filter: Readonly<Record<string, Value | null | undefined>> | null | undefined,
  ): readonly Condition[];
}

/** Declares `<name>Filter`. All given fields must hold; a field over guarded data needs its scope. */
export function filtering<E extends Entity>(
  name: string,
  fields: Readonly<Record<string, FilterField<E>>>,
): Filtering {
  const input = builder.inputType(`${name}Filter`, {
    description: `Narrows a list of ${name} objects. Everything given must hold; null narrows nothing.`,
    fields: (t) =>
      Object.fromEntries(
        Object.entries(fields).map(([key, { type, description, authScopes }]) => [
          key,
          t.field({ type, description, ...(authScopes ? { authScopes } : {}) }),
        ]),
      ),
  });
  return {
    input: input as unknown as Filtering['input'],
    conditionsOf: (filter) =>
      Object.entries(filter ?? {}).flatMap(([key, value]) => {
        const field = fields[key];
        if (!field || value == null) return [];
        return [conditionOf(`${name}Filter.${key}`, field, value)];
      }),
  };
}

/** The two filter fields that bound when something happened: `<name>From` and `<name>Before`. */
export function period<N extends 'created' | 'updated'>(name: N, verb: string) {
  const at = { type: 'DateTime', column: `${name}At` } as const;
  return {
    [`${name}From`]: { ...at, operator: 'from', description: `${verb} at this moment or later.` },
    [`${name}Before`]: { ...at, operator: 'before', description: `${verb} before this moment.` },
  } as const;
}

function conditionOf<E extends Entity>(
  coordinate: string,
  { column, operator, lowerCase }: FilterField<E>,
  value: Value,
): Condition {
  if (typeof value === 'string' && value.includes('\0')) {
    throw new AppError('INVALID_INPUT', `${coordinate} contains a NUL character.`);
  }
  return { column, operator, value, ...(lowerCase && { ignoreCase: true }) };
}

export interface ListOptions<B extends PageBatchName, K extends string | null> {
  readonly type: ObjectRef<Types, Connection<Row<EntityOf<B>>>>;
  readonly batch: B;
  /** The parent's column that holds the key; null for a list of the whole store. */
  readonly parent: K;
  /** How the list is ordered when no `orderBy` says otherwise. */
  readonly columns: readonly Column<EntityOf<B>>[];
  readonly direction: Direction;
  readonly ordering?: Ordering;
  readonly filtering?: Filtering;
}

/**
 * Options of a connection field: arguments, resolver, and the edge as data. The field itself adds its
 * description, its scopes and whether it is nullable.
 */
export function list<B extends PageBatchName, K extends string | null>(
  t: WithArguments,
  options: ListOptions<B, K>,
) {
  const { type, batch, parent, columns, direction } = options;
  const sequenceOf = ({ orderBy: chosen, filter }: ListArguments) => ({
    columns: chosen ? (options.ordering?.columnsOf(chosen.field) ?? columns) : columns,
    direction: chosen ? (chosen.direction === 'DESC' ? ('desc' as const) : 'asc') : direction,
    filter: options.filtering?.conditionsOf(filter) ?? [],
  });
  return {
    type,
    ...listSource(batch, parent, sequenceOf, [columns, ...(options.ordering?.sorts ?? [])]),
    args: listArguments(t, options.ordering, options.filtering),
    resolve: (
      row: K extends string ? Record<K, string> : unknown,
      args: ListArguments,
      context: Context,
      info: { readonly parentType: { readonly name: string }; readonly fieldName: string },
    ) =>
      loadConnection(
        {
          batch,
          parent: parent === null ? null : ((row as Record<string, string>)[parent] ?? ''),
          ...sequenceOf(args),
          coordinate: `${info.parentType.name}.${info.fieldName}`,
        },
        args,
        context,
      ),
  };
}

interface ListArguments extends PageArguments {
  readonly orderBy?: { readonly field: string; readonly direction: string } | null | undefined;
  readonly filter?: Readonly<Record<string, Value | null | undefined>> | null | undefined;
}

/** The part of a field builder that declares arguments. */
type WithArguments = Pick<PothosSchemaTypes.RootFieldBuilder<Types, unknown>, 'arg'>;

function listArguments(
  t: WithArguments,
  order: Ordering | undefined,
  filter: Filtering | undefined,
) {
  return {
    ...t.arg.connectionArgs(),
    ...(order && {
      orderBy: t.arg({ type: order.input, required: false, description: 'How to order the list.' }),
    }),
    ...(filter && {
      filter: t.arg({ type: filter.input, required: false, description: 'What to narrow it to.' }),
    }),
  };
}
