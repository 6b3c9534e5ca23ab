import {
  type DefinitionNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNamedType,
  type InlineFragmentNode,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  type NamedTypeNode,
  type NameNode,
  SchemaMetaFieldDef,
  type SelectionNode,
  type SelectionSetNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  visit,
} from 'graphql';
import type { Plan } from './plan.ts';
import type { Variables } from './variables.ts';
import { inclusion, type Reach } from './walk.ts';

/** An operation of which some fields were taken out. */
export interface RewrittenOperation {
  /** Valid against the schema: the one operation, with the fragments and the variables that are left. */
  readonly document: DocumentNode;
  /** Whether nothing was taken out of a selection set of the original, at any depth. */
  isWhole(selectionSet: SelectionSetNode): boolean;
  /** Under which response key objects at abstract positions tell their type, where something was taken out. */
  readonly typenameKey: string;
  /** The response key under which the document asks for what the original asks for under `key`. */
  keyOf(key: string, type: GraphQLOutputType): string;
  /** The original's response key for each key that is another one here. */
  readonly originalKeys: ReadonlyMap<string, string>;
}

/** What a request left of the fields of a plan. */
export interface Keep {
  readonly variables: Variables | null;
  readonly reach: Reach;
  isKept(node: FieldNode, parent: GraphQLObjectType): boolean;
}

/**
 * The operation without the fields that are not kept. A field that is kept on some of the object types at
 * an abstract position stays for those alone. A selection set that would be empty asks for
 * `__typename`, so that the object is still looked for.
 */
export function rewriteOperation(plan: Plan, keep: Keep): RewrittenOperation {
  const { definition, rootType } = plan;
  const typenameKey = unusedName('typename_', namesIn(plan.document));
  const rewritten = (rekeyed: ReadonlySet<string>) => {
    const rewriter = new Rewriter(plan, keep, typenameKey, rekeyed);
    const { selectionSet } = rewriter.nonEmpty(rewriter.set(definition.selectionSet, rootType));
    return { rewriter, selectionSet };
  };
  const first = rewritten(new Set());
  const { clashing } = first.rewriter;
  const { rewriter, selectionSet } = clashing.size === 0 ? first : rewritten(clashing);
  const definitions = rewriter.fragmentsOf(selectionSet);
  const used = variablesIn([
    { ...definition, selectionSet, variableDefinitions: [] },
    ...definitions,
  ]);
  const variableDefinitions = definition.variableDefinitions?.filter(({ variable }) =>
    used.has(variable.name.value),
  );
  return {
    document: {
      kind: Kind.DOCUMENT,
      definitions: [
        { ...definition, selectionSet, ...(variableDefinitions && { variableDefinitions }) },
        ...definitions,
      ],
    },
    isWhole: (original) => rewriter.isWhole(original),
    typenameKey,
    keyOf: (key, type) => rewriter.keyOf(key, type),
    originalKeys: rewriter.originalKeys,
  };
}

interface Rewritten {
  readonly selectionSet: SelectionSetNode;
  readonly isWhole: boolean;
}

/** A selection became these; none where it was taken out. */
interface Replaced {
  readonly selections: readonly SelectionNode[];
  readonly isWhole: boolean;
}

const GONE: Replaced = { selections: [], isWhole: false };
const unchanged = (selection: SelectionNode): Replaced => ({
  selections: [selection],
  isWhole: true,
});

class Rewriter {
  readonly #plan: Plan;
  readonly #keep: Keep;
  readonly #typename: FieldNode;
  readonly #sets = new Map<SelectionSetNode, Rewritten>();
  /** Selection sets that are used under several types, as fragments: written out they would double with each level. */
  readonly #shared = new Map<string, FragmentDefinitionNode>();
  readonly #names: Set<string>;
  /** Response keys that get another one for each way in which their fields may be null. */
  readonly #rekeyed: ReadonlySet<string>;
  readonly #keys = new Map<string, string>();
  readonly originalKeys = new Map<string, string>();
  /**
   * Response keys of fields that were taken apart by object type, and of which some types promise more than
   * the interface does: `String!` under the same key as `String` would not be valid.
   */
  readonly clashing = new Set<string>();

  constructor(plan: Plan, keep: Keep, typenameKey: string, rekeyed: ReadonlySet<string>) {
    this.#plan = plan;
    this.#keep = keep;
    this.#rekeyed = rekeyed;
    this.#names = namesIn(plan.document).add(typenameKey);
    this.#typename = {
      kind: Kind.FIELD,
      alias: nameNode(typenameKey),
      name: nameNode(TypeNameMetaFieldDef.name),
    };
  }

  set(selectionSet: SelectionSetNode, type: GraphQLNamedType | undefined): Rewritten {
    const known = this.#sets.get(selectionSet);
    if (known !== undefined) return known;
    const { variables } = this.#keep;
    const replaced = selectionSet.selections.map((selection) =>
      inclusion({ variables }, selection) === false
        ? GONE
        : this.#selection(selection, selectionSet, type),
    );
    const isWhole = replaced.every((each) => each.isWhole);
    const selections = replaced.flatMap((each) => each.selections);
    const result = {
      isWhole,
      selectionSet: isWhole ? selectionSet : { ...selectionSet, selections },
    };
    this.#sets.set(selectionSet, result);
    return result;
  }

  nonEmpty({ selectionSet, isWhole }: Rewritten): Rewritten {
    if (selectionSet.selections.length > 0) return { selectionSet, isWhole };
    return { isWhole: false, selectionSet: { ...selectionSet, selections: [this.#typename] } };
  }

  #selection(
    selection: SelectionNode,
    within: SelectionSetNode,
    type: GraphQLNamedType | undefined,
  ): Replaced {
    switch (selection.kind) {
      case Kind.FIELD:
        return this.#field(selection, within, type);
      case Kind.INLINE_FRAGMENT: {
        const condition = selection.typeCondition?.name.value;
        const inner = condition === undefined ? type : this.#plan.index.schema.getType(condition);
        const { isWhole, selectionSet } = this.set(selection.selectionSet, inner);
        if (isWhole) return unchanged(selection);
        if (selectionSet.selections.length === 0) return GONE;
        return { isWhole, selections: [{ ...selection, selectionSet }] };
      }
      case Kind.FRAGMENT_SPREAD: {
        const { isWhole, selectionSet } = this.#fragment(selection.name.value);
        if (selectionSet.selections.length === 0) return GONE;
        return { isWhole, selections: [selection] };
      }
    }
  }

  #fragment(name: string): Rewritten {
    const fragment = this.#plan.fragments.get(name);
    if (fragment === undefined) throw new TypeError(`There is no fragment "${name}".`);
    const type = this.#plan.index.schema.getType(fragment.typeCondition.name.value);
    return this.set(fragment.selectionSet, type);
  }

  #field(node: FieldNode, within: SelectionSetNode, type: GraphQLNamedType | undefined): Replaced {
    const reached = [...(this.#keep.reach.get(within)?.keys() ?? [])];
    const kept = reached.filter((parent) => this.#keep.isKept(node, parent));
    if (kept.length === 0) return GONE;
    const inner = node.selectionSet && this.#below(node.selectionSet, node, type);
    const key = node.alias?.value ?? node.name.value;
    if (kept.length === reached.length && !this.#rekeyed.has(key)) {
      if (inner === undefined || inner.isWhole) return unchanged(node);
      return { isWhole: false, selections: [{ ...node, selectionSet: inner.selectionSet }] };
    }
    const declared = typeOf(type, node);
    const promises = kept.map((parent) => nullsOf(typeOf(parent, node)));
    if (promises.some((nulls) => nulls !== nullsOf(declared))) this.clashing.add(key);
    const selectionSet = inner && this.#splitting(inner.selectionSet, node, type, kept);
    const split = kept.map((parent) => {
      const alias = nameNode(this.keyOf(key, typeOf(parent, node)));
      const field = { ...node, ...(alias.value !== key && { alias }) };
      return onType(parent.name, [selectionSet ? { ...field, selectionSet } : field]);
    });
    return { isWhole: false, selections: split };
  }

  /**
   * The selection set of a field that is asked for on each of some types instead of their interface: still as
   * that of the type that the interface's field returns.
   */
  #splitting(
    selectionSet: SelectionSetNode,
    node: FieldNode,
    declaring: GraphQLNamedType | undefined,
    parents: readonly GraphQLObjectType[],
  ): SelectionSetNode {
    const returned = getNamedType(typeOf(declaring, node));
    if (parents.length > 1) return this.#share(selectionSet, returned);
    if (parents.every((parent) => getNamedType(typeOf(parent, node)) === returned)) {
      return selectionSet;
    }
    return { ...selectionSet, selections: [onType(returned.name, selectionSet.selections)] };
  }

  /** The response key here of what the original has under `key`. */
  keyOf(key: string, type: GraphQLOutputType): string {
    if (!this.#rekeyed.has(key)) return key;
    const kind = `${key} ${nullsOf(type)}`;
    const known = this.#keys.get(kind) ?? unusedName('key_', this.#names);
    this.#names.add(known);
    this.#keys.set(kind, known);
    this.originalKeys.set(known, key);
    return known;
  }

  /** The selection set of a field: never empty, and telling the type where it takes that to put nulls back. */
  #below(selectionSet: SelectionSetNode, node: FieldNode, parent: GraphQLNamedType | undefined) {
    const type = getNamedType(typeOf(parent, node));
    const rewritten = this.nonEmpty(this.set(selectionSet, type));
    if (rewritten.isWhole || !isAbstractType(type)) return rewritten;
    const selections = new Set([...rewritten.selectionSet.selections, this.#typename]);
    return { isWhole: false, selectionSet: { ...selectionSet, selections: [...selections] } };
  }

  /** A selection set that is needed once for each of several types, as one spread. */
  #share(selectionSet: SelectionSetNode, type: GraphQLNamedType): SelectionSetNode {
    const name = nameNode(unusedName('shared_', this.#names));
    this.#names.add(name.value);
    this.#shared.set(name.value, {
      kind: Kind.FRAGMENT_DEFINITION,
      name,
      typeCondition: namedType(type.name),
      selectionSet,
    });
    return { ...selectionSet, selections: [{ kind: Kind.FRAGMENT_SPREAD, name }] };
  }

  /** Whether nothing was taken out of a selection set that was rewritten. */
  isWhole(selectionSet: SelectionSetNode): boolean {
    return this.#sets.get(selectionSet)?.isWhole === true;
  }

  /** The fragments that a rewritten selection set leads to, as they are now. */
  fragmentsOf(selectionSet: SelectionSetNode): FragmentDefinitionNode[] {
    const found = new Map<string, FragmentDefinitionNode>();
    const waiting = [selectionSet];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      for (const name of spreadsIn(next)) {
        if (found.has(name)) continue;
        const fragment = this.#shared.get(name) ?? this.#rewrittenFragment(name);
        found.set(name, fragment);
        waiting.push(fragment.selectionSet);
      }
    }
    return [...found.values()];
  }

  #rewrittenFragment(name: string): FragmentDefinitionNode {
    const fragment = this.#plan.fragments.get(name);
    if (fragment === undefined) throw new TypeError(`There is no fragment "${name}".`);
    return { ...fragment, selectionSet: this.#fragment(name).selectionSet };
  }
}

/** The type of a field that a validated document selects. */
function typeOf(parent: GraphQLNamedType | undefined, { name }: FieldNode): GraphQLOutputType {
  const field =
    isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name.value] : undefined;
  const found = field ?? META_FIELDS.find((meta) => meta.name === name.value);
  if (found === undefined) throw new TypeError(`There is no field "${name.value}".`);
  return found.type;
}

const META_FIELDS = [TypeNameMetaFieldDef, SchemaMetaFieldDef, TypeMetaFieldDef];

/** A type without its name: which parts of a value may be null. */
const nullsOf = (type: GraphQLOutputType) => String(type).replace(/\w+/, '');

const nameNode = (value: string): NameNode => ({ kind: Kind.NAME, value });

const namedType = (name: string): NamedTypeNode => ({
  kind: Kind.NAMED_TYPE,
  name: nameNode(name),
});

const onType = (type: string, selections: readonly SelectionNode[]): InlineFragmentNode => ({
  kind: Kind.INLINE_FRAGMENT,
  typeCondition: namedType(type),
  selectionSet: { kind: Kind.SELECTION_SET, selections },
});

/** Every name of a document: response keys and fragments are among them. */
function namesIn(document: DocumentNode): Set<string> {
  const names = new Set<string>();
  visit(document, { Name: ({ value }) => void names.add(value) });
  return names;
}

function unusedName(prefix: string, names: ReadonlySet<string>): string {
  let number = 1;
  while (names.has(`${prefix}${number}`)) number += 1;
  return `${prefix}${number}`;
}

function spreadsIn(selectionSet: SelectionSetNode): Set<string> {
  const names = new Set<string>();
  visit(selectionSet, { FragmentSpread: ({ name }) => void names.add(name.value) });
  return names;
}

function variablesIn(definitions: readonly DefinitionNode[]): Set<string> {
  const names = new Set<string>();
  for (const definition of definitions) {
    visit(definition, { Variable: ({ name }) => void names.add(name.value) });
  }
  return names;
}
