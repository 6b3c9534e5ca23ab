import {
  type ConstDirectiveNode,
  type ConstValueNode,
  type GraphQLDirective,
  type GraphQLSchema,
  isInputObjectType,
  Kind,
} from 'graphql';
import { coordinatesOf, type Element } from './coordinates.ts';
import { AUTHENTICATED, allOf, anyOf, type Requirement, RequirementError } from './requirement.ts';

/** RFC 6749 section 3.3: the characters of a scope. */
const SCOPE = /^[\x21\x23-\x5B\x5D-\x7E]+$/;

/** What the directives of an element written in SDL ask for; null where they ask for nothing. */
export function requirementOfDirectives({
  astNode,
  extensionASTNodes,
}: Element): Requirement | null {
  const nodes = [astNode, ...(extensionASTNodes ?? [])].flatMap((node) => node?.directives ?? []);
  const asked = nodes.map(requirementOfDirective).filter((requirement) => requirement !== null);
  return asked.length === 0 ? null : allOf(...asked);
}

function requirementOfDirective(directive: ConstDirectiveNode): Requirement | null {
  switch (directive.name.value) {
    case 'authenticated':
      return AUTHENTICATED;
    case 'requiresScopes':
      return anyOf(groupsOf(directive));
    default:
      return null;
  }
}

/** GraphQL would read `["a", "b"]` as `[["a"], ["b"]]`: an AND written carelessly would become an OR. */
function groupsOf(directive: ConstDirectiveNode): string[][] {
  const scopes = directive.arguments?.find(({ name }) => name.value === 'scopes')?.value;
  return itemsOf(scopes).map((group) => itemsOf(group).map(scopeOf));
}

function itemsOf(value: ConstValueNode | undefined): readonly ConstValueNode[] {
  if (value?.kind === Kind.LIST) return value.values;
  throw new RequirementError('needs its scopes as a list of lists, like [["a", "b"], ["c"]]');
}

function scopeOf(value: ConstValueNode): string {
  if (value.kind === Kind.STRING && SCOPE.test(value.value)) return value.value;
  const text = value.kind === Kind.STRING ? JSON.stringify(value.value) : value.kind;
  throw new RequirementError(`names ${text}, which cannot be a scope (RFC 6749 section 3.3)`);
}

const isRule = (name: string) => name === 'requiresScopes' || name === 'authenticated';

/** Directives that would restrict access under another router, and that are not read here. */
const isForeignRule = (name: string) =>
  name === 'policy' || /__(requiresScopes|authenticated|policy)$/.test(name);

/**
 * Everything about the directives of a schema that would leave something open although its author
 * closed it: a malformed rule, a rule under another name, a rule that is not supported. Each a sentence.
 */
export function checkDirectives(schema: GraphQLSchema): string[] {
  return [
    ...renamedImports(schema),
    ...[...coordinatesOf(schema)].flatMap(checkElement),
    ...schema.getDirectives().flatMap(checkDirective),
  ];
}

/** A rule on the argument of a directive would be read by nobody. */
function checkDirective(directive: GraphQLDirective): string[] {
  return directive.args
    .filter((argument) => {
      const names = argument.astNode?.directives?.map(({ name }) => name.value) ?? [];
      return names.some((name) => isRule(name) || isForeignRule(name));
    })
    .map(({ name }) => `@${directive.name}(${name}:) has a rule, which is not enforced there.`);
}

function checkElement({ coordinate, element }: { coordinate: string; element: Element }): string[] {
  const nodes = [element.astNode, ...(element.extensionASTNodes ?? [])];
  const foreign = nodes
    .flatMap((node) => node?.directives ?? [])
    .filter(({ name }) => isForeignRule(name.value))
    .map(({ name }) => `${coordinate} has @${name.value}, which is not enforced here.`);
  try {
    const asked = requirementOfDirectives(element);
    if (asked === null || !isInputObjectType(element)) return foreign;
    return [...foreign, `${coordinate} is an input type: put its scopes on its fields.`];
  } catch (error) {
    if (!(error instanceof RequirementError)) throw error;
    return [...foreign, `${coordinate} ${error.message}.`];
  }
}

/** `@link(import: [{ name: "@requiresScopes", as: "@scopes" }])` would make rules that nobody reads. */
function renamedImports(schema: GraphQLSchema): string[] {
  const links = [schema.astNode, ...schema.extensionASTNodes]
    .flatMap((node) => node?.directives ?? [])
    .filter(({ name }) => name.value === 'link');
  const imports = links.flatMap((link) => {
    const list = link.arguments?.find(({ name }) => name.value === 'import')?.value;
    return list?.kind === Kind.LIST ? list.values : (list ?? []);
  });
  return imports.flatMap((item) => {
    const name = textOf(item, 'name');
    const alias = textOf(item, 'as');
    const isRule = /^@(requiresScopes|authenticated|policy)$/.test(name);
    if (!isRule || alias === '' || alias === name) return [];
    return [`${name} is imported as ${alias}; import it under its own name.`];
  });
}

function textOf(node: ConstValueNode, field: string): string {
  const fields = node.kind === Kind.OBJECT ? node.fields : [];
  const value = fields.find(({ name }) => name.value === field)?.value;
  return value?.kind === Kind.STRING ? value.value : '';
}
