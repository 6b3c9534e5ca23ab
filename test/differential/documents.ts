import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedOutputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  parse,
  parseValue,
  validate,
  valueFromASTUntyped,
} from 'graphql';
import type { Choices } from './choices.ts';

/** A request as a client would send it, valid against its schema. */
export interface RandomRequest {
  readonly source: string;
  readonly operationName: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface DocumentOptions {
  /** Literals for values of a scalar, by the name of the type, or by an input field that takes no other. */
  readonly literals: Readonly<Record<string, readonly string[]>>;
  /** Arguments that are never sent. */
  readonly without?: readonly string[];
  /** Root types to ask. (Default: queries) */
  readonly kinds?: readonly ('query' | 'mutation')[];
}

/** Response keys that have confused others: names of introspection, of prototypes, and those that a filter could add. */
const HOSTILE = ['__proto__', 'constructor', '__typename', '__schema', 'typename_1', 'toString'];

/**
 * A random request. Half of all documents alias freely, also one field with the name of another; where that makes
 * two selections conflict, the same document is made again with keys that cannot.
 */
export function randomRequest(
  schema: GraphQLSchema,
  choices: () => Choices,
  options: DocumentOptions,
): RandomRequest {
  for (const freely of [true, false]) {
    const request = new Writer(schema, choices(), options, freely).request();
    const errors = validate(schema, parse(request.source));
    if (errors.length === 0) return request;
    if (!freely) throw new Error(`${errors[0]?.message}\n${request.source}`);
  }
  throw new Error('unreachable');
}

type Composite = Extract<GraphQLNamedOutputType, { toConfig(): unknown }>;

interface Declared {
  readonly name: string;
  readonly type: string;
  readonly defaultText: string;
}

class Writer {
  readonly #schema: GraphQLSchema;
  readonly #choices: Choices;
  readonly #options: DocumentOptions;
  readonly #freely: boolean;
  readonly #variables = new Map<string, Declared>();
  readonly #values: Record<string, unknown> = {};
  readonly #fragments = new Map<string, { readonly type: Composite; text: string | null }>();

  constructor(schema: GraphQLSchema, choices: Choices, options: DocumentOptions, freely: boolean) {
    this.#schema = schema;
    this.#choices = choices;
    this.#options = options;
    this.#freely = freely && !choices.oneIn(2);
  }

  request(): RandomRequest {
    const kinds = this.#options.kinds ?? ['query'];
    const names = this.#choices.oneIn(4) ? ['First', 'Second'] : ['First'];
    const operations = names.map((name) => {
      const kind = this.#choices.pick(kinds);
      const root = this.#schema.getRootType(kind as never);
      if (!root) throw new TypeError(`The schema has no ${kind} type.`);
      return { name, kind, body: this.#selectionSet(root, 0) };
    });
    const fragments = [...this.#fragments].map(
      ([name, { type, text }]) => `fragment ${name} on ${type.name} ${text}`,
    );
    const written = operations.map(({ name, kind, body }) => {
      const declared = this.#declarationsOf(body);
      return `${kind} ${name}${declared} ${body}`;
    });
    return {
      source: [...written, ...fragments].join('\n'),
      operationName: this.#choices.pick(names),
      variables: this.#values,
    };
  }

  /** The variables that an operation uses, itself or through fragments. */
  #declarationsOf(body: string): string {
    const texts = [body];
    const seen = new Set<string>();
    const used = new Set<string>();
    for (let text = texts.pop(); text !== undefined; text = texts.pop()) {
      for (const [, name = ''] of text.matchAll(/\$(\w+)/g)) used.add(name);
      for (const [, name = ''] of text.matchAll(/\.\.\.(F\d+)/g)) {
        if (!seen.has(name)) texts.push(this.#fragments.get(name)?.text ?? '');
        seen.add(name);
      }
    }
    const declared = [...this.#variables.values()].filter(({ name }) => used.has(name));
    if (declared.length === 0) return '';
    return `(${declared.map(({ name, type, defaultText }) => `$${name}: ${type}${defaultText}`).join(', ')})`;
  }

  #selectionSet(type: Composite, depth: number): string {
    const count = 1 + this.#choices.below(depth < 3 ? 5 : 3);
    const selections = Array.from({ length: count }, () => this.#selection(type, depth));
    return `{ ${selections.join(' ')} }`;
  }

  #selection(type: Composite, depth: number): string {
    const fields = isUnionType(type)
      ? []
      : Object.values(
          (type as { getFields(): Record<string, GraphQLField<unknown, unknown>> }).getFields(),
        );
    const how = this.#choices.below(isObjectType(type) ? 8 : 6);
    if (how === 5) return this.#inlineFragment(type, depth);
    if (how === 4) return this.#spread(type, depth);
    const leads = (field: GraphQLField<unknown, unknown>) =>
      isCompositeType(getNamedType(field.type));
    const usable = fields.filter((field) =>
      // What lies deep is reached by going on now and then, whatever else there is.
      how > 5 - depth && depth < 6 && fields.some(leads)
        ? leads(field)
        : depth < 6 || !leads(field),
    );
    const index = this.#choices.below(usable.length + 1);
    const field = usable[index - 1];
    return field === undefined ? this.#typename() : this.#field(field, depth);
  }

  #typename(): string {
    return `${this.#aliased('__typename', 'String!', '')}${this.#directives()}`;
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number): string {
    const type = getNamedType(field.type);
    const args = this.#arguments(field);
    const head = this.#aliased(field.name, String(field.type), args);
    const below = isCompositeType(type)
      ? ` ${this.#selectionSet(type as Composite, depth + 1)}`
      : '';
    return `${head}${args}${this.#directives()}${below}`;
  }

  /** Under keys that say what they hold, no two selections can conflict. */
  #aliased(name: string, type: string, args: string): string {
    if (!this.#freely) {
      const text = `${type}${args}`;
      const key = `${name}_${[...text].map((letter) => (/\w/.test(letter) ? letter : `_${letter.charCodeAt(0)}`)).join('')}`;
      return `${key}: ${name}`;
    }
    const how = this.#choices.below(12);
    if (how === 11) return `${this.#choices.pick(HOSTILE)}: ${name}`;
    if (how > 7) return `${this.#choices.pick(['a', 'b', 'c', 'id', 'name'])}: ${name}`;
    return name;
  }

  #arguments(field: GraphQLField<unknown, unknown>): string {
    const { without = [] } = this.#options;
    const sent = field.args.filter(
      (argument) =>
        !without.includes(argument.name) &&
        ((isNonNullType(argument.type) && argument.defaultValue === undefined) ||
          this.#choices.oneIn(3)),
    );
    // Both at once is refused for another reason.
    const args = sent.filter(
      ({ name }) => name !== 'last' || !sent.some((one) => one.name === 'first'),
    );
    if (args.length === 0) return '';
    return `(${args.map((argument) => `${argument.name}: ${this.#argument(argument)}`).join(', ')})`;
  }

  #argument({ type }: GraphQLArgument): string {
    return this.#value(type, true);
  }

  #value(type: GraphQLInputType, mayVary: boolean, field = ''): string {
    if (mayVary && this.#choices.oneIn(4)) return `$${this.#variable(type)}`;
    if (isNonNullType(type)) return this.#literal(type.ofType, mayVary, field);
    return this.#choices.oneIn(8) ? 'null' : this.#literal(type, mayVary, field);
  }

  #literal(type: GraphQLInputType, mayVary: boolean, field = ''): string {
    if (isNonNullType(type)) return this.#literal(type.ofType, mayVary, field);
    if (isListType(type)) {
      if (this.#choices.oneIn(5)) return this.#literal(type.ofType, false, field);
      const length = this.#choices.pick([1, 2, 1, 2, 0]);
      // A cart has at least one line.
      const items = String(type).includes('CartLine') ? Math.max(1, length) : length;
      return `[${Array.from({ length: items }, () => this.#value(type.ofType, mayVary, field)).join(', ')}]`;
    }
    if (isEnumType(type)) return this.#choices.pick(type.getValues()).name;
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(
        (field) =>
          (isNonNullType(field.type) && field.defaultValue === undefined) ||
          (!(field.type === type) && this.#choices.oneIn(3)),
      );
      const texts = fields.map(
        ({ name, type: inner }) =>
          `${name}: ${this.#value(inner, mayVary, `${type.name}.${name}`)}`,
      );
      return `{${texts.join(', ')}}`;
    }
    const { literals } = this.#options;
    return this.#choices.pick(literals[field] ?? literals[type.name] ?? ['"x"']);
  }

  /** A variable of exactly this type: one that is there already, or a new one. */
  #variable(type: GraphQLInputType): string {
    const known = [...this.#variables.values()].filter((one) => one.type === String(type));
    if (known.length > 0 && this.#choices.oneIn(3)) return this.#choices.pick(known).name;
    const name = `v${this.#variables.size + 1}`;
    const text = this.#value(type, false);
    const hasDefault = this.#choices.oneIn(4);
    const isSent = isNonNullType(type)
      ? !hasDefault || this.#choices.oneIn(2)
      : !this.#choices.oneIn(3);
    const defaultText = hasDefault ? ` = ${this.#value(type, false)}` : '';
    this.#variables.set(name, { name, type: String(type), defaultText });
    if (isSent) this.#values[name] = valueFromASTUntyped(parseValue(text));
    return name;
  }

  #directives(): string {
    const written = ['include', 'skip'].map((name) => {
      if (!this.#choices.oneIn(12)) return '';
      if (this.#choices.oneIn(2)) return ` @${name}(if: $${this.#condition()})`;
      return ` @${name}(if: ${this.#choices.oneIn(4) === (name === 'include') ? 'false' : 'true'})`;
    });
    return written.join('');
  }

  #condition(): string {
    const known = [...this.#variables.values()].filter(({ type }) => type === 'Boolean!');
    if (known.length > 0 && this.#choices.oneIn(2)) return this.#choices.pick(known).name;
    const name = `v${this.#variables.size + 1}`;
    this.#variables.set(name, { name, type: 'Boolean!', defaultText: '' });
    this.#values[name] = !this.#choices.oneIn(3);
    return name;
  }

  #inlineFragment(type: Composite, depth: number): string {
    const condition = this.#overlapping(type);
    const bare = this.#choices.oneIn(4);
    const inner = this.#selectionSet(bare ? type : condition, depth + 1);
    return `...${bare ? '' : ` on ${condition.name}`}${this.#directives()} ${inner}`;
  }

  #spread(type: Composite, depth: number): string {
    // One that is still being written would contain itself.
    const known = [...this.#fragments].filter(
      ([, fragment]) => fragment.text !== null && this.#overlaps(fragment.type, type),
    );
    if (known.length > 0 && this.#choices.oneIn(2)) {
      const [name] = this.#choices.pick(known);
      return `...${name}${this.#directives()}`;
    }
    const name = `F${this.#fragments.size + 1}`;
    const fragment = { type: this.#overlapping(type), text: null as string | null };
    this.#fragments.set(name, fragment);
    fragment.text = this.#selectionSet(fragment.type, depth + 1);
    return `...${name}${this.#directives()}`;
  }

  #overlapping(type: Composite): Composite {
    return this.#choices.pick([type, ...overlappingIn(this.#schema, type)]);
  }

  #overlaps(a: Composite, b: Composite): boolean {
    return a === b || overlappingIn(this.#schema, b).includes(a);
  }
}

const OVERLAPPING = new WeakMap<GraphQLSchema, Map<Composite, readonly Composite[]>>();

/** The types of a schema that a value of this one can be of as well, itself among them. Found once: there are many. */
function overlappingIn(schema: GraphQLSchema, type: Composite): readonly Composite[] {
  const known = OVERLAPPING.get(schema) ?? new Map<Composite, readonly Composite[]>();
  OVERLAPPING.set(schema, known);
  const possible = (one: Composite) =>
    isObjectType(one) ? [one] : schema.getPossibleTypes(one as never);
  const found =
    known.get(type) ??
    (Object.values(schema.getTypeMap()).filter(
      (other) =>
        isCompositeType(other) &&
        !other.name.startsWith('__') &&
        possible(other).some((one) => possible(type).includes(one)),
    ) as Composite[]);
  known.set(type, found);
  return found;
}
