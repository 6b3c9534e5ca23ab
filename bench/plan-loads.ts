import { getTableColumns } from 'drizzle-orm';
import {
  type GraphQLField,
  type GraphQLNamedInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isObjectType,
} from 'graphql';
import {
  PAGE_BATCHES,
  type PageBatchName,
  ROW_BATCHES,
  type RowBatchName,
  TOTALS_BATCHES,
  type TotalsBatchName,
} from '../src/data/batches.ts';
import { ENTITIES, type Entity } from '../src/data/entities.ts';
import type { Condition, Direction, Load, Page } from '../src/data/source.ts';
import { COUNTED } from '../src/schema/connection.ts';
import { type FieldSource, sourceOf } from '../src/schema/fields.ts';
import { schema } from '../src/schema/index.ts';
import type { Samples } from './plan-samples.ts';

/** A load of an operation, or one that some operation can make. */
export interface NamedLoad {
  readonly name: string;
  readonly load: Load;
}

/** As many parents as Q2 has orders. */
const KEYS = 50;
/** A page of 50, with the one too many that tells whether there are more. */
const LIMIT = 51;

/**
 * What the lists and look-ups of the schema can ask for: each batch of rows by 50 keys and each of sums; each list by each
 * of its sorts, from its start and from a position, narrowed by each of its filters to a value that is there and to one
 * that no row has; and each such list counted.
 */
export async function loadsOfSchema(samples: Samples): Promise<readonly NamedLoad[]> {
  const lists = await Promise.all(listsOfSchema().map((list) => loadsOfList(list, samples)));
  return [...(await loadsOfRows(samples)), ...(await loadsOfTotals(samples)), ...lists.flat()];
}

const columnsOf = (entity: Entity) => Object.keys(getTableColumns(ENTITIES[entity]));

function loadsOfRows(samples: Samples): Promise<readonly NamedLoad[]> {
  const batches = Object.keys(ROW_BATCHES) as RowBatchName[];
  return Promise.all(
    batches.map(async (batch) => {
      const { entity, key } = ROW_BATCHES[batch];
      const keys = await samples.of(entity, key, KEYS);
      const load = { kind: 'rows', batch, columns: columnsOf(entity), keys } as const;
      return { name: `${batch}, ${keys.length} keys`, load };
    }),
  );
}

function loadsOfTotals(samples: Samples): Promise<readonly NamedLoad[]> {
  const batches = Object.keys(TOTALS_BATCHES) as TotalsBatchName[];
  return Promise.all(
    batches.map(async (batch) => {
      const { entity, parent } = TOTALS_BATCHES[batch];
      const parents = await samples.of(entity, parent, KEYS);
      return {
        name: `${batch}, ${parents.length} parents`,
        load: { kind: 'totals', batch, parents },
      };
    }),
  );
}

interface List {
  readonly coordinate: string;
  readonly field: GraphQLField<unknown, unknown>;
  readonly source: FieldSource & { readonly kind: 'list' };
}

/** One field of each batch: fields of the same batch sort and narrow it alike. */
function listsOfSchema(): readonly List[] {
  const byBatch = new Map<PageBatchName, List>();
  for (const type of Object.values(schema.getTypeMap()).filter(isObjectType)) {
    for (const field of Object.values(type.getFields())) {
      const source = sourceOf(field);
      if (source?.kind !== 'list' || byBatch.has(source.batch)) continue;
      byBatch.set(source.batch, { coordinate: `${type.name}.${field.name}`, field, source });
    }
  }
  return [...byBatch.values()];
}

interface Asked {
  readonly name: string;
  readonly columns: readonly string[];
  readonly direction: Direction;
  readonly filter: readonly Condition[];
}

async function loadsOfList(list: List, samples: Samples): Promise<readonly NamedLoad[]> {
  const { batch } = list.source;
  const { entity, parent } = PAGE_BATCHES[batch];
  const columns = columnsOf(entity);
  const parents = parent === null ? null : await samples.of(entity, parent, KEYS);
  const asked = await sequencesOf(list, entity, samples);
  const pages = asked.map(({ name, ...sequence }): NamedLoad => {
    const page: Page = { ...sequence, after: null, before: null, limit: LIMIT, fromEnd: false };
    return { name, load: { kind: 'page', batch, columns, parents, page } };
  });
  const unfiltered = asked.filter(({ filter }) => filter.length === 0);
  const later = await Promise.all(
    unfiltered.map(async ({ name, ...sequence }) => {
      const after = await samples.row(entity, sequence.columns);
      // A cursor belongs to the list of one parent.
      const one = parents?.slice(0, 1) ?? null;
      const page: Page = { ...sequence, after, before: null, limit: LIMIT, fromEnd: false };
      return {
        name: `${name}, later page`,
        load: { kind: 'page', batch, columns, parents: one, page },
      } as const;
    }),
  );
  const filters = new Map(
    asked.map(({ name, filter }) => [name.replace(/^.*?( where |$)/, '$1'), filter]),
  );
  const counts = [...filters].map(
    ([where, filter]): NamedLoad => ({
      name: `count of ${list.coordinate}${where}`,
      load: { kind: 'count', batch, parents, filter, atMost: COUNTED + 1 },
    }),
  );
  return [...pages, ...later, ...counts];
}

/** The list by each sort and filter that its arguments have. */
async function sequencesOf(
  { coordinate, field, source }: List,
  entity: Entity,
  samples: Samples,
): Promise<readonly Asked[]> {
  const [sort] = inputFields(field, 'orderBy').filter(({ name }) => name === 'field');
  const sorts = isEnumType(sort?.type)
    ? sort.type.getValues().map(({ value }) => String(value))
    : [];
  const orders = sorts.flatMap((by) =>
    ['ASC', 'DESC'].map((direction) => ({ field: by, direction })),
  );
  const filters: (readonly Condition[])[] = [[]];
  for (const { name, type } of inputFields(field, 'filter')) {
    const { filter } = source.sequenceOf({ filter: { [name]: exampleOf(type) } });
    for (const condition of filter)
      filters.push(...(await conditionsOf(condition, entity, samples)));
  }
  return [null, ...orders].flatMap((orderBy) =>
    filters.map((filter) => {
      const { columns, direction } = source.sequenceOf({ orderBy });
      const by = orderBy === null ? '' : ` by ${orderBy.field} ${orderBy.direction}`;
      const where = filter.map((one) => ` where ${one.column} ${one.operator} ${one.value}`).join();
      return { name: `${coordinate}${by}${where}`, columns, direction, filter };
    }),
  );
}

/** The same condition with a value that is there, and with one that no row has. */
async function conditionsOf(
  condition: Condition,
  entity: Entity,
  samples: Samples,
): Promise<readonly (readonly Condition[])[]> {
  const [value] = await samples.of(entity, condition.column, 1);
  const found = value === undefined ? [] : [[{ ...condition, value }]];
  const isExact = condition.operator === 'equals' && typeof condition.value === 'string';
  return isExact ? [...found, [{ ...condition, value: 'nothing' }]] : found;
}

function inputFields(field: GraphQLField<unknown, unknown>, argument: string) {
  const input = field.args.find(({ name }) => name === argument);
  const type = input && getNamedType(input.type);
  if (!isInputObjectType(type)) return [];
  return Object.values(type.getFields()).map(({ name, type }) => ({
    name,
    type: getNamedType(type),
  }));
}

/** A value that the input takes, as it is when it was coerced. */
function exampleOf(type: GraphQLNamedInputType): unknown {
  if (isEnumType(type)) return type.getValues()[0]?.value;
  if (type.name === 'DateTime') return new Date();
  return type.name === 'Boolean' ? true : 'a';
}
