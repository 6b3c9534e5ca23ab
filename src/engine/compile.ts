import {
  type FieldNode,
  type GraphQLObjectType,
  isNonNullType,
  type SelectionSetNode,
  TypeNameMetaFieldDef,
} from 'graphql';
import type { Entity } from '../data/entities.ts';
import type { CellRow } from '../data/source.ts';
import { sourceOf } from '../schema/fields.ts';
import { collectFields } from '../scopes/collect-fields.ts';
import { type Decision, filteredOf } from '../scopes/decide.ts';
import { factsOf } from '../scopes/field-facts.ts';
import type { FilteredOperation } from '../scopes/filter.ts';
import { guardedInputsOf } from '../scopes/guarded-inputs.ts';
import type { Plan } from '../scopes/plan.ts';
import { type Granted, isSatisfied, type Requirement, scopesIn } from '../scopes/requirement.ts';
import type { Variables } from '../scopes/variables.ts';
import { positionOf } from '../scopes/walk.ts';
import { Anomaly } from './anomaly.ts';
import { Columns } from './columns.ts';
import { type Member, objectWriter, quoted } from './json.ts';
import { ROOT } from './parents.ts';
import {
  type Compiling,
  type Joinable,
  type Json,
  type Parents,
  type Place,
  pathOf,
  type Rows,
  type Selected,
} from './places.ts';
import type { Executable, Fetch, Write } from './run.ts';
import { sourceField } from './sources.ts';
import { columnField, moneyField, shownField } from './values.ts';

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
  const { rootType, definition } = plan;
  const write = compiler.object<CellRow>(rootType, [definition.selectionSet], ROOT, (selected) =>
    sourceField(compiler, selected, ROOT),
  );
  compiler.joinLastWave();
  return { waves: compiler.waves, write, fields: compiler.fields };
}

/**
 * A fragment is compiled at each place where it is spread, and fragments that spread each other have more places than any
 * document has characters. What has more fields than this, or more places that load something, the executor answers: it
 * looks at a fragment once, and loads what several places need once.
 */
const MAX_FIELDS = 5_000;
const MAX_SLOTS = 100;

/** Rows come with at most so many others: whoever writes the document says how many there are. */
const MAX_JOINS = 4;

class Compiler implements Compiling {
  readonly waves: Fetch[][] = [];
  readonly variables: Variables;
  readonly #joinable = new Map<Fetch, Joinable>();
  readonly #plan: Plan;
  readonly #filtered: FilteredOperation | null;
  readonly #granted: Granted;
  #fields = 0;
  #slots = 0;

  constructor(plan: Plan, decision: Decision, granted: Granted, variables: Variables) {
    this.#plan = plan;
    this.#filtered = filteredOf(decision);
    this.variables = variables;
    // Another request with this decision may differ in every other scope.
    this.#granted = granted && scopesIn(plan.scopes.filter((name) => granted.has(name)));
  }

  /** How many fields there are so far, each as often as it has places. */
  get fields(): number {
    return this.#fields;
  }

  rowObject(
    type: GraphQLObjectType,
    sets: readonly SelectionSetNode[],
    rows: Rows,
  ): Write<CellRow> {
    return this.object<CellRow>(type, sets, rows, (selected) => {
      const column = columnIn(selected);
      if (column !== null) return columnField(this, selected, rows, column);
      const source = sourceOf(selected.field);
      if (source?.kind === 'money') return moneyField(this, selected, rows.columns, source);
      return sourceField(this, selected, rows);
    });
  }

  valueObject(
    type: GraphQLObjectType,
    sets: readonly SelectionSetNode[],
    values: Parents<Json>,
  ): Write<Json> {
    return this.object<Json>(type, sets, values, (selected) => {
      const column = columnIn(selected);
      if (column !== null) return shownField(this, selected, values, column);
      return sourceField(this, selected, values);
    });
  }

  object<V>(
    type: GraphQLObjectType,
    sets: readonly SelectionSetNode[],
    place: Place,
    write: (selected: Selected) => Write<V>,
  ): Write<V> {
    if (type.isTypeOf) throw new Anomaly(`${type.name} asks each value whether it is one.`);
    const fields = collectFields(this.#plan, this.variables, type, sets);
    this.#fields += fields.size;
    if (this.#fields > MAX_FIELDS) throw new Anomaly(`It has more than ${MAX_FIELDS} fields.`);
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
    const need = this.#filtered?.refusalOf(node, parent);
    if (need !== undefined) {
      if (isNonNullType(field.type)) throw new Anomaly(`${need.coordinate} cannot be null.`);
      return (run) => {
        run.refusals.add(need, nodes, () => pathOf(steps, run));
        return 'null';
      };
    }
    const facts = factsOf(this.#plan.index, parent, field);
    this.check(facts.need.coordinate, facts.need.requirement);
    for (const input of guardedInputsOf(facts.guardedFields, node, this.variables)) {
      this.check(input.coordinate(facts.need.coordinate), input.requirement);
    }
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    return write({ node, nodes, parent, field, sets, steps, lists: place.lists });
  }

  check(coordinate: string, requirement: Requirement): void {
    if (!isSatisfied(requirement, this.#granted)) {
      throw new Anomaly(`${coordinate} takes more than was granted.`);
    }
  }

  requirementOf(type: GraphQLObjectType): Requirement {
    return this.#plan.index.ofType(type);
  }

  columnsOf(entity: Entity): Columns {
    return new Columns(entity, this.#granted);
  }

  typesOf({ node, parent, field }: Selected): readonly GraphQLObjectType[] {
    const { index } = this.#plan;
    const at = { node, parent, field, above: null, conditional: false };
    return positionOf({ index, variables: this.variables }, at).types;
  }

  newSlot(): number {
    this.#slots += 1;
    if (this.#slots > MAX_SLOTS) throw new Anomaly(`It loads in more than ${MAX_SLOTS} places.`);
    return this.#slots - 1;
  }

  fetch(depth: number, fetch: Fetch, joinable: Joinable | null = null): void {
    while (this.waves.length <= depth) this.waves.push([]);
    this.waves[depth]?.push(fetch);
    if (joinable !== null) this.#joinable.set(fetch, joinable);
  }

  /** Where the last wave would load nothing but a little of what the wave before refers to, that is loaded with it. */
  joinLastWave(): void {
    const [last = []] = this.waves.slice(1).slice(-1);
    const edges = last.map((fetch) => this.#joinable.get(fetch));
    if (last.length === 0 || !edges.every((edge) => edge !== undefined)) return;
    const together = (columns: Columns) => edges.filter(({ above }) => above === columns).length;
    if (edges.some(({ above }) => together(above) > MAX_JOINS)) return;
    for (const { above, joined } of edges) above.join(joined);
    this.waves.pop();
  }
}

/** The column that a field shows as it is; null for one that does more. */
function columnIn({ field }: Selected): string | null {
  const column = field.extensions.pothosExposedField;
  return typeof column === 'string' ? column : null;
}

const constant =
  (json: string): Write<unknown> =>
  () =>
    json;
