import {
  type FieldNode,
  type GraphQLObjectType,
  getArgumentValues,
  getNullableType,
  isListType,
  isNonNullType,
  type SelectionSetNode,
  TypeNameMetaFieldDef,
} from 'graphql';
import { PAGE_BATCHES, ROW_BATCHES, type RowBatchName } from '../data/batches.ts';
import type { Entity } from '../data/entities.ts';
import { opensAlike } from '../data/guards.ts';
import type { CellRow } from '../data/source.ts';
import { type FieldSource, sourceOf } from '../schema/fields.ts';
import { nodeBatchOf } from '../schema/node.ts';
import { collectFields } from '../scopes/collect-fields.ts';
import type { Decision } from '../scopes/decide.ts';
import { extensionOf } from '../scopes/declaration.ts';
import { factsOf } from '../scopes/field-facts.ts';
import { guardedInputsOf } from '../scopes/guarded-inputs.ts';
import type { Plan } from '../scopes/plan.ts';
import { type Granted, isSatisfied, type Requirement } from '../scopes/requirement.ts';
import { hasVariables, positionOf } from '../scopes/walk.ts';
import { Anomaly } from './anomaly.ts';
import { Columns, type Joined } from './columns.ts';
import { compileConnection } from './connection.ts';
import {
  type Above,
  edgeFetch,
  type ListOf,
  lookupFetch,
  totalsFetch,
  wholeFetch,
} from './fetches.ts';
import { listWriter, type Member, nullOf, objectWriter, quoted } from './json.ts';
import {
  type Compiling,
  objectIn,
  type Place,
  pathOf,
  type Rows,
  type Selected,
} from './places.ts';
import type { Executable, Fetch, Run, Write } from './run.ts';
import { columnField, derivedField, moneyField, writeValue } from './values.ts';

type Variables = Readonly<Record<string, unknown>>;
type Arguments = Readonly<Record<string, unknown>>;

/**
 * Compiles an operation as it was decided: what is granted is loaded and written, what is refused is written as null.
 * Each field's own declaration is asked once more, by the scopes alone that the decision was made of.
 *
 * @throws Anomaly for what only the executor can answer.
 */
export function compile(
  plan: Plan,
  decision: Decision,
  granted: Granted,
  variables: Variables,
): Executable {
  const compiler = new Compiler(plan, decision, granted, variables);
  const root: Rows = { slot: null, depth: 0, columns: null, steps: [], lists: 0 };
  const write = compiler.rowObject(plan.rootType, [plan.definition.selectionSet], root);
  compiler.joinLastWave();
  return { waves: compiler.waves, write };
}

class Compiler implements Compiling {
  readonly waves: Fetch[][] = [];
  /** What each to-one edge that can be joined to the rows above it would be. */
  readonly #joinable = new Map<Fetch, { readonly above: Columns; readonly joined: Joined }>();
  readonly #plan: Plan;
  readonly #decision: Decision;
  readonly #granted: Granted;
  readonly #variables: Variables;
  #slots = 0;

  constructor(plan: Plan, decision: Decision, granted: Granted, variables: Variables) {
    this.#plan = plan;
    this.#decision = decision;
    this.#variables = variables;
    // Another request with this decision may differ in every other scope.
    const known = new Set(plan.scopes);
    this.#granted = granted && {
      has: (name) => known.has(name) && granted.has(name),
      names: () => granted.names().filter((name) => known.has(name)),
    };
  }

  /** Writes the selected fields of a row. */
  rowObject(
    type: GraphQLObjectType,
    sets: readonly SelectionSetNode[],
    rows: Rows,
  ): Write<CellRow> {
    return this.object<CellRow>(type, sets, rows, (selected) => this.#rowField(selected, rows));
  }

  /** The members of an object, in the order of the document: what each field is, is said by `write`. */
  object<V>(
    type: GraphQLObjectType,
    sets: readonly SelectionSetNode[],
    place: Place,
    write: (selected: Selected) => Write<V>,
  ): Write<V> {
    if (type.isTypeOf) throw new Anomaly(`${type.name} asks each value whether it is one.`);
    const fields = collectFields(this.#plan, this.#variables, type, sets);
    const members: Member<V>[] = [];
    for (const [key, nodes] of fields) {
      const [node] = nodes;
      if (node === undefined) continue;
      members.push({ key, write: this.#member(type, node, nodes, key, place, write) });
    }
    return objectWriter(members);
  }

  #member<V>(
    parent: GraphQLObjectType,
    node: FieldNode,
    nodes: readonly FieldNode[],
    key: string,
    place: Place,
    write: (selected: Selected) => Write<V>,
  ): Write<V> {
    if (node.name.value === TypeNameMetaFieldDef.name) return constant(quoted(parent.name));
    const field = parent.getFields()[node.name.value];
    if (field === undefined) throw new Anomaly(`${node.name.value} is not a field of its own.`);
    const steps = [...place.steps, key];
    const { filtered = null } = 'filtered' in this.#decision ? this.#decision : {};
    const need = filtered?.refusalOf(node, parent);
    if (need !== undefined) {
      if (isNonNullType(field.type)) throw new Anomaly(`${need.coordinate} cannot be null.`);
      return (run) => {
        run.refusals.add(need, nodes, () => pathOf(steps, run));
        return 'null';
      };
    }
    const facts = factsOf(this.#plan.index, parent, field);
    this.#check(facts.need.coordinate, facts.need.requirement);
    for (const input of guardedInputsOf(facts.guardedFields, node, this.#variables)) {
      this.#check(input.coordinate(facts.need.coordinate), input.requirement);
    }
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    return write({ node, nodes, parent, field, sets, steps, lists: place.lists });
  }

  #check(coordinate: string, requirement: Requirement): void {
    if (!isSatisfied(requirement, this.#granted)) {
      throw new Anomaly(`${coordinate} takes more than was granted.`);
    }
  }

  #rowField(selected: Selected, rows: Rows): Write<CellRow> {
    const { field } = selected;
    const column = field.extensions.pothosExposedField;
    if (typeof column === 'string') return columnField(this, selected, columnsOf(rows), column);
    const source = sourceOf(field);
    switch (source?.kind) {
      case 'derived':
        return derivedField(this, selected, columnsOf(rows), source);
      case 'money':
        return moneyField(this, selected, columnsOf(rows), source);
      case 'edge':
        return this.#edge(selected, rows, source.batch, this.#above(rows, source.key));
      case 'lookup':
        return this.#lookup(selected, rows, source.batch, this.#keyOf(selected, source.keyOf));
      case 'list':
        return this.#list(selected, rows, source);
      case 'rows':
        return this.#whole(selected, rows, source);
      case 'totals':
        return this.#totals(selected, rows, source);
      case 'given': {
        const write = writeValue(this, selected);
        return (run) => write(run, source.of(run));
      }
      default:
        return this.#node(selected, rows);
    }
  }

  #edge(selected: Selected, rows: Rows, batch: RowBatchName, above: Above): Write<CellRow> {
    const { entity } = ROW_BATCHES[batch];
    const { slot, columns, object } = this.#target(selected, rows, entity);
    const fetch = edgeFetch(batch, columns, slot, above);
    this.fetch(rows.depth, fetch);
    if (opensAlike(entity)) {
      const from = columnsOf(rows).names[above.cell] as string;
      this.#joinable.set(fetch, { above: columnsOf(rows), joined: { batch, slot, from, columns } });
    }
    const ifNull = nullOf(selected.field.type);
    return (run, row) => {
      const key = row[above.cell];
      const found = key && (run.loaded[slot]?.byKey.get(key) as CellRow | undefined);
      return found ? object(run, found) : ifNull();
    };
  }

  #lookup(
    selected: Selected,
    rows: Rows,
    batch: RowBatchName,
    keyOf: (run: Run) => string | null,
    type?: GraphQLObjectType,
  ): Write<CellRow> {
    const { slot, columns, object } = this.#target(selected, rows, ROW_BATCHES[batch].entity, type);
    this.fetch(rows.depth, lookupFetch(batch, columns, slot, keyOf));
    const ifNull = nullOf(selected.field.type);
    return (run) => {
      const [row] = run.loaded[slot]?.rows ?? [];
      return row ? object(run, row) : ifNull();
    };
  }

  /** A field whose arguments say which type of row it returns. */
  #node(selected: Selected, rows: Rows): Write<CellRow> {
    const { node, parent, field } = selected;
    const { index } = this.#plan;
    const at = { node, parent, field, above: null, conditional: false };
    const { types } = positionOf({ index, variables: this.#variables }, at);
    const [type] = types;
    const isOne = types.length === 1 && !isListType(getNullableType(field.type));
    const batch = type && isOne && extensionOf(field).possibleTypes ? nodeBatchOf(type.name) : null;
    if (!type || batch === null) throw new Anomaly(`${field.name} has a resolver alone.`);
    this.#check(type.name, index.ofType(type));
    const keyOf = this.#keyOf(selected, ({ id }) => String(id));
    return this.#lookup(selected, rows, batch, keyOf, type);
  }

  #list(selected: Selected, rows: Rows, source: FieldSource & { kind: 'list' }): Write<CellRow> {
    const { parent, field } = selected;
    const argsOf = this.#argumentsOf(selected);
    const list: ListOf = {
      batch: source.batch,
      columns: this.#columns(PAGE_BATCHES[source.batch].entity),
      slot: this.newSlot(),
      above: source.key === null ? null : this.#above(rows, source.key),
      coordinate: `${parent.name}.${field.name}`,
      sequenceOf: (run) => {
        const args = argsOf(run.variables);
        return { ...source.sequenceOf(args), args };
      },
    };
    const order = source.sequenceOf(argsOf(this.#variables)).columns;
    return compileConnection(this, selected, rows.depth, list, order);
  }

  #whole(selected: Selected, rows: Rows, source: FieldSource & { kind: 'rows' }): Write<CellRow> {
    const { batch, key, page } = source;
    const { field, steps, lists, sets } = selected;
    if (!isListType(getNullableType(field.type))) throw new Anomaly(`${field.name} is no list.`);
    const above = this.#above(rows, key);
    const slot = this.newSlot();
    const columns = this.#columns(PAGE_BATCHES[batch].entity);
    const place = { steps: [...steps, { list: lists }], lists: lists + 1 };
    const at = { ...place, slot, depth: rows.depth + 1, columns };
    const write = listWriter(this.rowObject(objectIn(field.type), sets, at), lists);
    this.fetch(rows.depth, wholeFetch(batch, columns, slot, above, page));
    return (run, row) => {
      const own = run.loaded[slot]?.byKey.get(row[above.cell] ?? null);
      return write(run, (own ?? []) as readonly CellRow[]);
    };
  }

  #totals(
    selected: Selected,
    rows: Rows,
    source: FieldSource & { kind: 'totals' },
  ): Write<CellRow> {
    const above = this.#above(rows, source.key);
    const slot = this.newSlot();
    this.fetch(rows.depth, totalsFetch(source.batch, slot, above));
    const write = writeValue(this, selected);
    return (run, row) => {
      const own = run.loaded[slot]?.byKey.get(row[above.cell] ?? null) ?? [];
      return write(run, source.of(own as never[]));
    };
  }

  /** A position of its own for the one row that a field returns, and how that row is written. */
  #target(
    { field, sets, ...place }: Selected,
    rows: Rows,
    entity: Entity,
    type: GraphQLObjectType = objectIn(field.type),
  ) {
    const columns = this.#columns(entity);
    const slot = this.newSlot();
    const at = { ...place, slot, depth: rows.depth + 1, columns };
    return { columns, slot, object: this.rowObject(type, sets, at) };
  }

  newSlot(): number {
    this.#slots += 1;
    return this.#slots - 1;
  }

  /** Adds to what is loaded when so many waves have been. */
  fetch(depth: number, fetch: Fetch): void {
    while (this.waves.length <= depth) this.waves.push([]);
    this.waves[depth]?.push(fetch);
  }

  /** Where the last wave would load nothing but what the wave before refers to, that is loaded with it. */
  joinLastWave(): void {
    const [last = []] = this.waves.slice(1).slice(-1);
    const edges = last.map((fetch) => this.#joinable.get(fetch));
    if (last.length === 0 || !edges.every((edge) => edge !== undefined)) return;
    for (const { above, joined } of edges) above.joined.push(joined);
    this.waves.pop();
  }

  #columns(entity: Entity): Columns {
    return new Columns(entity, this.#granted);
  }

  #above({ slot, columns }: Rows, key: string): Above {
    if (slot === null || columns === null) throw new Anomaly('There is no row above.');
    return { slot, cell: columns.indexOf(key) };
  }

  #keyOf(
    selected: Selected,
    keyOf: (FieldSource & { kind: 'lookup' })['keyOf'],
  ): (run: Run) => string | null {
    const argsOf = this.#argumentsOf(selected);
    return (run) => keyOf(argsOf(run.variables), run);
  }

  /** Coerced once where no variable is in them. */
  #argumentsOf({ node, field }: Selected): (variables: Variables) => Arguments {
    const coerce = (variables: Variables) => getArgumentValues(field, node, { ...variables });
    if (hasVariables(node)) return coerce;
    const args = coerce({});
    return () => args;
  }
}

function columnsOf({ columns }: Rows): Columns {
  if (columns === null) throw new Anomaly('There is no row above.');
  return columns;
}

const constant =
  (json: string): Write<unknown> =>
  () =>
    json;
