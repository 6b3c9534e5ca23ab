import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  type GraphQLSchema,
  type InputValueDefinitionNode,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  parseConstValue,
  print,
  printSchema,
  type TypeDefinitionNode,
} from 'graphql';
import { declaredRequirement } from '../scopes/declaration.ts';
import type { Requirement } from '../scopes/requirement.ts';

const DIRECTIVES = `
"""
The scopes that it takes: any one of the lists, and every scope in it. A field needs what its type and
the field itself say; an argument or input field needs it as soon as it is sent.
"""
directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM | ENUM_VALUE | UNION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION

"""
It takes a valid token, whatever its scopes.
"""
directive @authenticated on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM | UNION
`;

/**
 * The schema as SDL, each element with what it itself declares. Types, fields and scopes are sorted, so
 * that a change of scopes shows as exactly that in a diff.
 */
export function printScopedSchema(schema: GraphQLSchema): string {
  const { definitions } = parse(printSchema(schema), { noLocation: true });
  const decorated = definitions.map((node) => decorate(schema, node));
  return `${DIRECTIVES.trim()}\n\n${decorated.map(print).join('\n\n')}\n`;
}

function decorate(schema: GraphQLSchema, node: DefinitionNode): DefinitionNode {
  if (!('name' in node) || !node.name || !('directives' in node)) return node;
  const type = schema.getType(node.name.value);
  if (!type) return node;
  const own = withRequirement(node as TypeDefinitionNode, declaredRequirement(type));
  if (own.kind === Kind.ENUM_TYPE_DEFINITION && isEnumType(type)) {
    const values = own.values?.map((value) =>
      withRequirement(value, requirementOf(type.getValue(value.name.value))),
    );
    return { ...own, ...(values && { values }) };
  }
  if (own.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION && isInputObjectType(type)) {
    const fields = own.fields?.map((field) =>
      withRequirement(field, requirementOf(type.getFields()[field.name.value])),
    );
    return { ...own, ...(fields && { fields }) };
  }
  const isComposite =
    own.kind === Kind.OBJECT_TYPE_DEFINITION || own.kind === Kind.INTERFACE_TYPE_DEFINITION;
  if (!isComposite || !(isObjectType(type) || isInterfaceType(type))) return own;
  const fields = own.fields?.map((node) => {
    const field = type.getFields()[node.name.value];
    const decorated = withRequirement(node, requirementOf(field));
    const args = decorated.arguments?.map((argument) =>
      withRequirement(
        argument,
        requirementOf(field?.args.find(({ name }) => name === argument.name.value)),
      ),
    );
    return { ...decorated, ...(args && { arguments: args }) };
  });
  return { ...own, ...(fields && { fields }) };
}

const requirementOf = (element: Parameters<typeof declaredRequirement>[0] | null | undefined) =>
  element ? declaredRequirement(element) : null;

type Decorated =
  | TypeDefinitionNode
  | FieldDefinitionNode
  | InputValueDefinitionNode
  | EnumValueDefinitionNode;

function withRequirement<N extends Decorated>(node: N, requirement: Requirement | null): N {
  const directive = requirement && directiveOf(requirement);
  return directive ? { ...node, directives: [...(node.directives ?? []), directive] } : node;
}

function directiveOf({ anyOf, authenticated }: Requirement): ConstDirectiveNode | null {
  if (anyOf.length > 0) return directive('requiresScopes', anyOf);
  return authenticated ? directive('authenticated') : null;
}

function directive(name: string, scopes?: Requirement['anyOf']): ConstDirectiveNode {
  const value = scopes && parseConstValue(JSON.stringify(scopes), { noLocation: true });
  return {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: name },
    arguments: value
      ? [{ kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: 'scopes' }, value }]
      : [],
  };
}
