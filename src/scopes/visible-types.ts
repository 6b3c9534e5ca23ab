import {
  type GraphQLArgument,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLUnionType,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isIntrospectionType,
  isLeafType,
  isObjectType,
} from 'graphql';
import type { Field, Parent } from './coordinates.ts';
import { type Granted, isSatisfied } from './requirement.ts';
import { isSelectable, type RequirementIndex } from './requirement-index.ts';
import { type VisibleInputs, visibleInputs } from './visible-inputs.ts';

/** The fields that are left of a type, each with the arguments that are left of it. */
type Fields = ReadonlyMap<string, readonly GraphQLArgument[]>;

/** What of a schema a grant can reach. */
export interface VisibleTypes {
  readonly inputs: VisibleInputs;
  /** The object types that it can reach, and interfaces that no object type has. */
  readonly reached: ReadonlySet<Parent>;
  fieldsOf(type: Parent): Fields;
  interfacesOf(type: Parent): readonly GraphQLInterfaceType[];
  membersOf(type: GraphQLUnionType): readonly GraphQLObjectType[];
}

/**
 * Follows every field that the grant may select, from the roots. A type of which nothing is left takes the
 * fields that return it along. An interface keeps a field where all that is left of its types has
 * it: where it is lost, it can still be asked for on each type that kept it.
 */
export function visibleTypes(index: RequirementIndex, granted: Granted): VisibleTypes {
  const inputs = visibleInputs(index.schema, granted);
  const open = openFields(index, granted, inputs);
  const isRefused = (type: Parent) =>
    isObjectType(type) &&
    type !== index.schema.getQueryType() &&
    !isSatisfied(index.ofType(type), granted);
  const gone = new Set<GraphQLNamedType>([...open.keys()].filter(isRefused));
  for (;;) {
    const view = createView({ index, inputs, open, gone });
    const empty = [...view.interfaces].filter(([, fields]) => fields.size === 0);
    if (empty.length === 0) return view;
    for (const [type] of empty) gone.add(type);
  }
}

interface Known {
  readonly index: RequirementIndex;
  readonly inputs: VisibleInputs;
  /** The fields of each type that the grant may select and call, whatever becomes of what they return. */
  readonly open: ReadonlyMap<Parent, readonly Field[]>;
  /** Object types, interfaces and unions of which nothing is left. */
  readonly gone: Set<GraphQLNamedType>;
}

interface View extends VisibleTypes {
  readonly interfaces: ReadonlyMap<GraphQLInterfaceType, Fields>;
}

function openFields(
  { schema, ofField }: RequirementIndex,
  granted: Granted,
  inputs: VisibleInputs,
) {
  const isOpen = (parent: Parent) => (field: Field) =>
    isSatisfied(ofField(parent, field), granted) &&
    field.args.every((argument) => inputs.maySend(argument) || inputs.mayOmit(argument));
  const parents = Object.values(schema.getTypeMap()).filter(isSelectable);
  return new Map(
    parents.map((type) => [type, Object.values(type.getFields()).filter(isOpen(type))]),
  );
}

function createView(known: Known): View {
  const { index, inputs } = known;
  removeEmpty(known);
  const reached = reachable(known);
  const interfaces = interfaceFields(known, reached);
  return {
    inputs,
    reached,
    interfaces,
    fieldsOf: (type) =>
      (isInterfaceType(type) ? interfaces.get(type) : objectFields(known, type)) ?? new Map(),
    interfacesOf: (type) => type.getInterfaces().filter((parent) => interfaces.has(parent)),
    membersOf: (type) =>
      index.schema.getPossibleTypes(type).filter((member) => reached.has(member)),
  };
}

/** Finds every type of which nothing is left, which may take others along. */
function removeEmpty(known: Known): void {
  const { index, open, gone } = known;
  const { schema } = index;
  const isEmpty = (type: GraphQLNamedType) => {
    if (isObjectType(type)) {
      const left = open.get(type)?.some((field) => isLeft(known, field));
      return !left && type !== schema.getQueryType() && !isIntrospectionType(type);
    }
    if (!isAbstractType(type)) return false;
    const possible = schema.getPossibleTypes(type);
    return possible.length > 0 && possible.every((member) => gone.has(member));
  };
  const types = Object.values(schema.getTypeMap());
  for (let before = -1; before < gone.size; ) {
    before = gone.size;
    for (const type of types) if (isEmpty(type)) gone.add(type);
  }
}

function isLeft({ gone, inputs }: Known, { type }: Field): boolean {
  const named = getNamedType(type);
  return isLeafType(named) ? inputs.has(named) : !gone.has(named);
}

/** Every type that a field can be selected on, on the way from the roots. */
function reachable(known: Known): Set<Parent> {
  const { schema } = known.index;
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const waiting: Parent[] = roots.filter((type) => type !== null && type !== undefined);
  const reached = new Set<Parent>();
  for (let type = waiting.pop(); type !== undefined; type = waiting.pop()) {
    if (reached.has(type) || known.gone.has(type)) continue;
    reached.add(type);
    const fields = (known.open.get(type) ?? []).filter((field) => isLeft(known, field));
    for (const field of fields) waiting.push(...selectable(known, getNamedType(field.type)));
  }
  return reached;
}

/** The types that objects of a type are of; an interface that no object type has stands for itself. */
function selectable({ index }: Known, type: GraphQLNamedType): readonly Parent[] {
  if (isObjectType(type)) return [type];
  if (!isAbstractType(type)) return [];
  const possible = index.schema.getPossibleTypes(type);
  return possible.length === 0 && isInterfaceType(type) ? [type] : possible;
}

function objectFields(known: Known, type: Parent): Fields {
  const fields = (known.open.get(type) ?? []).filter((field) => isLeft(known, field));
  return new Map(
    fields.map(({ name, args }) => [name, args.filter((arg) => known.inputs.maySend(arg))]),
  );
}

/** What is left of each interface that a reached type has, or that stands for itself. */
function interfaceFields(known: Known, reached: ReadonlySet<Parent>) {
  const { schema } = known.index;
  const types = new Set([...reached].flatMap((type) => [type, ...type.getInterfaces()]));
  const left = [...types].filter(isInterfaceType).filter((type) => !known.gone.has(type));
  const ofObjects = new Map([...reached].map((type) => [type, objectFields(known, type)]));
  const ofInterfaces = new Map(
    left.map((type) => {
      const objects = schema
        .getPossibleTypes(type)
        .flatMap((object) => ofObjects.get(object) ?? []);
      return [type, sharedFields(known, objectFields(known, type), objects)] as const;
    }),
  );
  const below = (type: GraphQLInterfaceType) =>
    [...ofInterfaces].filter(([other]) => other.getInterfaces().includes(type));
  return new Map(
    [...ofInterfaces].map(([type, own]) => {
      const fields = below(type).map(([, ofOther]) => ofOther);
      return [type, sharedFields(known, own, fields)] as const;
    }),
  );
}

/** The fields and arguments that an interface can have, since each type below it has them too. */
function sharedFields({ inputs }: Known, own: Fields, below: readonly Fields[]): Fields {
  const shared = new Map<string, readonly GraphQLArgument[]>();
  for (const [name, args] of own) {
    const others = below.map((fields) => fields.get(name));
    const left = args.filter((arg) => others.every((other) => hasName(other, arg)));
    const isCallable = others.every((other) =>
      other?.every((arg) => inputs.mayOmit(arg) || hasName(left, arg)),
    );
    if (isCallable) shared.set(name, left);
  }
  return shared;
}

const hasName = (args: readonly GraphQLArgument[] | undefined, { name }: GraphQLArgument) =>
  args?.some((argument) => argument.name === name) ?? false;
