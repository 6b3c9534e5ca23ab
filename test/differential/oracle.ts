import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  getOperationAST,
  getVariableValues,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';

/**
 * The rules of the decision written down once more: slow, short, and without a line of `src/scopes`. It reads a
 * schema built from SDL, expands each fragment wherever it is spread, and looks at each object type by itself.
 */
export interface OracleOptions {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly granted: ReadonlySet<string> | null;
  readonly undeclared: 'public' | 'refuse';
  /** The types that a field's arguments leave possible, where they say. */
  readonly narrow?: (
    coordinate: string,
    args: Readonly<Record<string, unknown>>,
  ) => readonly string[] | null;
}

/** Whether a field is null whatever rows there are, where the field above it made its parent. */
type IsEmpty = (coordinate: string, above: string | null) => boolean;

interface Looking {
  readonly below: boolean;
  readonly isEmpty: IsEmpty;
}

type Said = { readonly directives?: readonly ConstDirectiveNode[] | undefined };
type Element = { readonly astNode?: Said | null | undefined };
type Fields = ReadonlyMap<string, readonly FieldNode[]>;

export class Oracle {
  readonly #options: OracleOptions;
  readonly variables: Readonly<Record<string, unknown>>;
  /** The fields that were not refused, as far as `refused` went. */
  readonly used = new Set<string>();

  constructor(options: OracleOptions) {
    this.#options = options;
    const { coerced, errors } = getVariableValues(
      options.schema,
      this.operation.variableDefinitions ?? [],
      options.variables,
    );
    if (errors) throw errors[0];
    this.variables = coerced;
  }

  get operation() {
    const { document, operationName } = this.#options;
    const operation = getOperationAST(document, operationName);
    if (!operation) throw new TypeError('no such operation');
    return operation;
  }

  /**
   * The coordinates that are refused: the outermost, or with `below` all of them. Below what `isEmpty` nothing is looked
   * at: no run gets there.
   */
  refused({ below = false, isEmpty = () => false }: Partial<Looking> = {}): Set<string> {
    const refused = new Set<string>();
    const root = this.#options.schema.getRootType(this.operation.operation);
    const looking = { below, isEmpty };
    if (root) {
      this.#visit(root, this.fieldsOf(root, [this.operation.selectionSet]), refused, looking, null);
    }
    return refused;
  }

  #visit(
    type: GraphQLObjectType,
    fields: Fields,
    refused: Set<string>,
    looking: Looking,
    above: string | null,
  ): void {
    const { below, isEmpty } = looking;
    for (const nodes of fields.values()) {
      const [node] = nodes;
      const field = node && type.getFields()[node.name.value];
      if (!node || !field) continue;
      const refusals = this.refusalsOf(type, field, node);
      for (const refusal of below ? refusals : refusals.slice(0, 1)) refused.add(refusal);
      if (refusals.length > 0 && !below) continue;
      const coordinate = `${type.name}.${field.name}`;
      if (refusals.length === 0) this.used.add(coordinate);
      if (isEmpty(coordinate, above)) continue;
      const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
      for (const actual of this.typesOf(type, field, node)) {
        const inner = this.fieldsOf(actual, sets);
        const isHidden = isAbstractType(getNamedType(field.type)) && this.hides(actual, sets);
        // What a refused field would return is no refusal of its own.
        if (isHidden && refusals.length === 0) refused.add(actual.name);
        if (!isHidden || below) this.#visit(actual, inner, refused, looking, coordinate);
      }
    }
  }

  /** Whether objects of the type become null at an abstract position. */
  hides(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): boolean {
    return this.fieldsOf(type, sets).size > 0 && !this.#mayUse(saidOfType(type));
  }

  /** What refuses a field: itself first, then each guarded input that is present. */
  refusalsOf(
    type: GraphQLObjectType,
    field: GraphQLField<unknown, unknown>,
    node: FieldNode,
  ): string[] {
    const coordinate = `${type.name}.${field.name}`;
    const ofTypes = this.#narrowed(type, field, node)?.flatMap(saidOfType) ?? [];
    const inherited = type.getInterfaces().map((one) => one.getFields()[field.name]);
    const own = [
      ...saidOfType(type),
      ...[field, ...inherited].flatMap((element) => (element ? said(element) : [])),
      ...saidOfType(getNamedType(field.type)),
    ];
    const nobody = own.length === 0 && this.#options.undeclared === 'refuse';
    const refusals = nobody || !this.#mayUse([...own, ...ofTypes]) ? [coordinate] : [];
    for (const [where, element] of this.#inputsOf(type, field, node)) {
      if (!this.#mayUse(said(element))) refusals.push(where.replace('$', coordinate));
    }
    return refusals;
  }

  typesOf(parent: GraphQLObjectType, field: GraphQLField<unknown, unknown>, node: FieldNode) {
    const type = getNamedType(field.type);
    if (!isCompositeType(type)) return [];
    const all = isObjectType(type) ? [type] : this.#options.schema.getPossibleTypes(type);
    const narrowed = this.#narrowed(parent, field, node);
    return narrowed ? all.filter((one) => narrowed.includes(one)) : all;
  }

  #narrowed({ name }: GraphQLObjectType, field: GraphQLField<unknown, unknown>, node: FieldNode) {
    const args = getArgumentValues(field, node, { ...this.variables });
    const names = this.#options.narrow?.(`${name}.${field.name}`, args);
    return names?.map((one) => this.#options.schema.getType(one) as GraphQLObjectType);
  }

  *#inputsOf(
    type: GraphQLObjectType,
    field: GraphQLField<unknown, unknown>,
    node: FieldNode,
  ): Generator<[string, Element]> {
    const args = getArgumentValues(field, node, { ...this.variables });
    const inherited = type.getInterfaces().flatMap((one) => one.getFields()[field.name] ?? []);
    for (const argument of field.args) {
      if (!Object.hasOwn(args, argument.name)) continue;
      for (const same of [field, ...inherited].flatMap((one) => one.args)) {
        if (same.name === argument.name) yield [`$(${argument.name}:)`, same];
      }
      yield* inside(argument.type, args[argument.name]);
    }
  }

  #mayUse(rules: readonly (readonly (readonly string[])[])[]): boolean {
    const { granted } = this.#options;
    return rules.every(
      (groups) =>
        granted !== null &&
        (groups.length === 0 || groups.some((group) => group.every((one) => granted.has(one)))),
    );
  }

  /** The fields that are selected on an object type, by response key. */
  fieldsOf(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): Fields {
    const found = new Map<string, FieldNode[]>();
    const collect = (set: SelectionSetNode): void => {
      for (const selection of set.selections) {
        const include = getDirectiveValues(GraphQLIncludeDirective, selection, {
          ...this.variables,
        });
        const skip = getDirectiveValues(GraphQLSkipDirective, selection, { ...this.variables });
        if (include?.if === false || skip?.if === true) continue;
        if (selection.kind === 'Field') {
          const key = selection.alias?.value ?? selection.name.value;
          found.set(key, [...(found.get(key) ?? []), selection]);
          continue;
        }
        const inner =
          selection.kind === 'InlineFragment' ? selection : this.#fragment(selection.name.value);
        if (this.#applies(inner.typeCondition?.name.value, type)) collect(inner.selectionSet);
      }
    };
    for (const set of sets) collect(set);
    return found;
  }

  #fragment(name: string): FragmentDefinitionNode {
    const found = this.#options.document.definitions.find(
      (one) => one.kind === 'FragmentDefinition' && one.name.value === name,
    );
    return found as FragmentDefinitionNode;
  }

  #applies(condition: string | undefined, type: GraphQLObjectType): boolean {
    const named = condition === undefined ? type : this.#options.schema.getType(condition);
    return named === type || (isAbstractType(named) && this.#options.schema.isSubType(named, type));
  }
}

const saidOfType = (type: GraphQLNamedType) => [
  ...said(type),
  ...(isObjectType(type) || isInterfaceType(type) ? type.getInterfaces().flatMap(said) : []),
];

/** Each directive of an element as an OR of ANDs; none of them for `@authenticated`. */
function said(element: Element): (readonly (readonly string[])[])[] {
  return (element.astNode?.directives ?? []).flatMap(({ name, arguments: [scopes] = [] }) => {
    if (name.value === 'authenticated') return [[]];
    return name.value === 'requiresScopes' && scopes
      ? [valueFromASTUntyped(scopes.value) as string[][]]
      : [];
  });
}

function* inside(type: GraphQLInputType, value: unknown): Generator<[string, Element]> {
  if (value === null || value === undefined) return;
  if (isNonNullType(type)) return yield* inside(type.ofType, value);
  if (isListType(type)) {
    for (const item of value as unknown[]) yield* inside(type.ofType, item);
    return;
  }
  yield [type.name, type];
  if (isEnumType(type)) {
    const found = type.getValues().find((one) => one.value === value);
    if (found) yield [`${type.name}.${found.name}`, found];
  }
  if (!isInputObjectType(type)) return;
  const fields = value as Record<string, unknown>;
  for (const field of Object.values(type.getFields())) {
    if (!Object.hasOwn(fields, field.name)) continue;
    yield [`${type.name}.${field.name}`, field];
    yield* inside(field.type, fields[field.name]);
  }
}
