import { readFileSync } from 'node:fs';
import { type ConstDirectiveNode, Kind, parse, type TypeNode, valueFromASTUntyped } from 'graphql';

/**
 * What a coordinate needs according to the committed `schema.graphql`: a reading of its directives that
 * shares nothing with the gateway's own. No groups and `token` means any token.
 */
export interface Needs {
  readonly token: boolean;
  /** Any one of the lists suffices; each whole. */
  readonly groups: readonly (readonly string[])[];
}

const NOTHING: Needs = { token: false, groups: [] };

interface Decorated {
  readonly directives?: readonly ConstDirectiveNode[];
}

function needsOf({ directives = [] }: Decorated): Needs {
  const scopes = directives.find(({ name }) => name.value === 'requiresScopes');
  const list = scopes?.arguments?.find(({ name }) => name.value === 'scopes')?.value;
  if (list) return { token: true, groups: valueFromASTUntyped(list) as string[][] };
  return { ...NOTHING, token: directives.some(({ name }) => name.value === 'authenticated') };
}

/** What it takes to satisfy both. */
export function both(a: Needs, b: Needs): Needs {
  const token = a.token || b.token;
  if (a.groups.length === 0 || b.groups.length === 0) {
    return { token, groups: [...a.groups, ...b.groups] };
  }
  const groups = a.groups.flatMap((left) =>
    b.groups.map((right) => [...new Set([...left, ...right])].sort()),
  );
  return { token, groups: minimal(groups) };
}

const within = (inner: readonly string[], outer: readonly string[]) =>
  inner.every((scope) => outer.includes(scope));

/** The lists that no other one makes needless, each once, in the order of their names. */
function minimal(groups: readonly (readonly string[])[]): (readonly string[])[] {
  const distinct = [...new Map(groups.map((group) => [group.join(' '), group])).entries()];
  return distinct
    .filter(([, group]) => !distinct.some(([, other]) => other !== group && within(other, group)))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => group);
}

/** The one inclusion of `domain.md` section 2: full claim management reads and writes claims. */
const INCLUDED = { manage_claims: ['read_claims', 'write_claims'] } as const;

/** What a token with these scopes has, with all that they include. */
export const withIncluded = (scopes: Iterable<string>): ReadonlySet<string> =>
  new Set([...scopes].flatMap((s) => (s === 'manage_claims' ? [s, ...INCLUDED[s]] : [s])));

/** Whether a token with these scopes, or none at all, satisfies the needs. */
export function satisfied({ token, groups }: Needs, scopes: ReadonlySet<string> | null): boolean {
  if (scopes === null) return !token;
  const had = withIncluded(scopes);
  return groups.length === 0 || groups.some((group) => group.every((scope) => had.has(scope)));
}

/** The shortest list of scopes to add. */
export function lacking({ groups }: Needs, scopes: ReadonlySet<string>): string[] {
  const had = withIncluded(scopes);
  const gaps = groups.map((group) => group.filter((scope) => !had.has(scope)));
  return [...(gaps.sort((a, b) => a.length - b.length)[0] ?? [])];
}

const TYPES = new Map<string, Needs>();
const FIELDS = new Map<string, Needs>();
const INPUTS = new Map<string, Needs>();

const SDL = readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8');
for (const node of parse(SDL).definitions) {
  if (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION) {
    const own = needsOf(node);
    TYPES.set(node.name.value, own);
    for (const field of node.fields ?? []) {
      const coordinate = `${node.name.value}.${field.name.value}`;
      FIELDS.set(coordinate, both(own, needsOf(field)));
      for (const argument of field.arguments ?? []) {
        INPUTS.set(`${coordinate}(${argument.name.value}:)`, needsOf(argument));
      }
    }
  } else if (node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION) {
    for (const field of node.fields ?? []) {
      INPUTS.set(`${node.name.value}.${field.name.value}`, needsOf(field));
    }
  } else if (node.kind === Kind.ENUM_TYPE_DEFINITION) {
    for (const value of node.values ?? []) {
      INPUTS.set(`${node.name.value}.${value.name.value}`, needsOf(value));
    }
  }
}

function found(map: ReadonlyMap<string, Needs>, coordinate: string): Needs {
  const needs = map.get(coordinate);
  if (needs === undefined) throw new TypeError(`schema.graphql has no ${coordinate}.`);
  return needs;
}

/** Needs of an object or interface type by its name. */
export const typeNeeds = (type: string): Needs => found(TYPES, type);

/** Needs of a field, with those of its type, by its coordinate. */
export const fieldNeeds = (coordinate: string): Needs => found(FIELDS, coordinate);

/** Needs of an argument, an input field or an enum value by its coordinate. */
export const inputNeeds = (coordinate: string): Needs => found(INPUTS, coordinate);

/** Every field coordinate that the file has. */
export const sdlFields = (): readonly string[] => [...FIELDS.keys()];

/** Every argument, input field and enum value that the file guards. */
export const guardedSdlInputs = (): readonly string[] =>
  [...INPUTS].filter(([, { token }]) => token).map(([coordinate]) => coordinate);

/** A field that leads from one type with fields to another; to an interface, and to each type behind it. */
export interface SdlEdge {
  readonly coordinate: string;
  readonly parent: string;
  readonly target: string;
}

const nameIn = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : nameIn(type.type);

/** Every edge that the file has. */
export function sdlEdges(): readonly SdlEdge[] {
  const behind = new Map<string, string[]>();
  const edges: SdlEdge[] = [];
  const definitions = parse(SDL).definitions.filter(
    (node) =>
      node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION,
  );
  for (const node of definitions) {
    for (const { name } of node.interfaces ?? []) {
      behind.set(name.value, [...(behind.get(name.value) ?? []), node.name.value]);
    }
  }
  for (const node of definitions) {
    for (const field of node.fields ?? []) {
      const named = nameIn(field.type);
      if (!TYPES.has(named)) continue;
      const base = {
        coordinate: `${node.name.value}.${field.name.value}`,
        parent: node.name.value,
      };
      for (const target of [named, ...(behind.get(named) ?? [])]) edges.push({ ...base, target });
    }
  }
  return edges;
}
