import {
  type GraphQLArgumentConfig,
  GraphQLDirective,
  GraphQLEnumType,
  GraphQLInputObjectType,
  GraphQLInterfaceType,
  GraphQLList,
  type GraphQLNamedType,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  type GraphQLType,
  GraphQLUnionType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isNonNullType,
  isObjectType,
  isSpecifiedDirective,
  isUnionType,
} from 'graphql';
import { getOrMake, Recent } from './caches.ts';
import { coordinatesOf, type Parent } from './coordinates.ts';
import { declaredRequirement } from './declaration.ts';
import { type Granted, isSatisfied, type Requirement } from './requirement.ts';
import type { RequirementIndex } from './requirement-index.ts';
import type { Input } from './visible-inputs.ts';
import { type VisibleTypes, visibleTypes } from './visible-types.ts';

/** What is kept of one schema. */
interface Known {
  /** Every requirement that something in the schema declares, once. */
  readonly requirements: readonly Requirement[];
  readonly schemas: Recent<GraphQLSchema>;
}

const KNOWN = new WeakMap<RequirementIndex, Known>();

/** Visible schemas that are kept of one schema, at most. */
const MAX_SCHEMAS = 50;

/**
 * What a grant can reach of a schema, as a schema: the fields that it may select, the arguments, input fields and
 * enum values that it may send, and the types that these lead to. Everything else about them stays,
 * resolvers too. The query root is there even when nothing is left of it. Grants that satisfy the same
 * requirements get the same object.
 *
 * An argument or input field whose default would be refused has none.
 */
export function visibleSchema(index: RequirementIndex, granted: Granted): GraphQLSchema {
  const { requirements, schemas } = getOrMake(KNOWN, index, () => createKnown(index));
  const key = requirements.map((one) => (isSatisfied(one, granted) ? '1' : '0')).join('');
  const known = schemas.get(key);
  if (known !== undefined) return known;
  const visible = new VisibleSchema(index.schema, visibleTypes(index, granted)).build();
  schemas.set(key, visible, 1);
  return visible;
}

function createKnown(index: RequirementIndex): Known {
  const distinct = new Map<string, Requirement>();
  for (const { element } of coordinatesOf(index.schema)) {
    const requirement = declaredRequirement(element);
    if (requirement !== null) distinct.set(JSON.stringify(requirement), requirement);
  }
  return { requirements: [...distinct.values()], schemas: new Recent(MAX_SCHEMAS) };
}

/** Builds a schema anew out of what is visible of another. */
class VisibleSchema {
  readonly #schema: GraphQLSchema;
  readonly #visible: VisibleTypes;
  readonly #made = new Map<GraphQLNamedType, GraphQLNamedType>();

  constructor(schema: GraphQLSchema, visible: VisibleTypes) {
    this.#schema = schema;
    this.#visible = visible;
  }

  build(): GraphQLSchema {
    const { query, mutation, subscription, types, ...config } = this.#schema.toConfig();
    const { reached } = this.#visible;
    const root = (type: GraphQLObjectType | null | undefined) =>
      type && reached.has(type) ? this.#type(type) : null;
    const parts = {
      ...config,
      query: root(query),
      mutation: root(mutation),
      subscription: root(subscription),
      directives: config.directives.flatMap((directive) => this.#directive(directive)),
      // A part of a valid schema is valid, but for a query root that may have no fields.
      assumeValid: true,
    };
    const unordered = new GraphQLSchema({
      ...parts,
      types: [...reached].map((type) => this.#type(type)),
    });
    const left = types.filter(({ name }) => unordered.getType(name));
    return new GraphQLSchema({ ...parts, types: left.map((type) => this.#type(type)) });
  }

  #type<T extends GraphQLType>(type: T): T;
  #type(type: GraphQLType): GraphQLType {
    if (isNonNullType(type)) return new GraphQLNonNull(this.#type(type.ofType));
    if (isListType(type)) return new GraphQLList(this.#type(type.ofType));
    return getOrMake(this.#made, type, () => this.#make(type));
  }

  #make(type: GraphQLNamedType): GraphQLNamedType {
    if (isIntrospectionType(type)) return type;
    if (isObjectType(type)) {
      return new GraphQLObjectType({ ...type.toConfig(), ...this.#composite(type) });
    }
    if (isInterfaceType(type)) {
      return new GraphQLInterfaceType({ ...type.toConfig(), ...this.#composite(type) });
    }
    if (isUnionType(type)) {
      const types = () => this.#visible.membersOf(type).map((member) => this.#type(member));
      return new GraphQLUnionType({ ...type.toConfig(), types });
    }
    if (isEnumType(type)) {
      const { values, ...config } = type.toConfig();
      const left = this.#visible.inputs.valuesOf(type).map(({ name }) => name);
      const kept = mapped(values, (value, name) => (left.includes(name) ? value : undefined));
      return new GraphQLEnumType({ ...config, values: kept });
    }
    if (isInputObjectType(type)) return this.#inputObject(type);
    return type;
  }

  #composite(type: Parent) {
    const { fields } = type.toConfig();
    const left = this.#visible.fieldsOf(type);
    return {
      interfaces: () => this.#visible.interfacesOf(type).map((parent) => this.#type(parent)),
      fields: () =>
        mapped(fields, (field, name) => {
          const args = left.get(name);
          return (
            args && { ...field, type: this.#type(field.type), args: this.#inputs(args, field.args) }
          );
        }),
    };
  }

  #inputObject(type: GraphQLInputObjectType): GraphQLInputObjectType {
    const { fields, ...config } = type.toConfig();
    const left = () =>
      Object.values(type.getFields()).filter((field) => this.#visible.inputs.maySend(field));
    return new GraphQLInputObjectType({ ...config, fields: () => this.#inputs(left(), fields) });
  }

  #inputs<C extends GraphQLArgumentConfig>(
    left: readonly Input[],
    configs: Readonly<Record<string, C>> = {},
  ): Record<string, C> {
    return mapped(configs, (config, name) => {
      const input = left.find((one) => one.name === name);
      if (input === undefined) return undefined;
      const isOptional = this.#visible.inputs.mayOmit(input);
      const defaultValue = isOptional ? input.defaultValue : undefined;
      return { ...config, type: this.#type(config.type), defaultValue };
    });
  }

  #directive(directive: GraphQLDirective): GraphQLDirective[] {
    if (isSpecifiedDirective(directive)) return [directive];
    const { inputs } = this.#visible;
    const { args, ...config } = directive.toConfig();
    const left = directive.args.filter((arg) => inputs.maySend(arg));
    if (!directive.args.every((arg) => left.includes(arg) || inputs.mayOmit(arg))) return [];
    return [new GraphQLDirective({ ...config, args: this.#inputs(left, args) })];
  }
}

/** The entries that a function makes of others, without those of which it makes nothing. */
function mapped<T>(
  entries: Readonly<Record<string, T>>,
  make: (entry: T, name: string) => T | undefined,
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(entries).flatMap(([name, entry]) => {
      const made = make(entry, name);
      return made === undefined ? [] : [[name, made] as const];
    }),
  );
}
