import {
  type ConstDirectiveNode,
  type GraphQLArgument,
  type GraphQLEnumType,
  type GraphQLEnumValue,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
} from 'graphql';

/** Any schema element that can say who may use it: all of them carry extensions and SDL nodes. */
export interface Element {
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly astNode?: WithDirectives | null | undefined;
  readonly extensionASTNodes?: readonly WithDirectives[];
}

interface WithDirectives {
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
}

/** A type whose fields a document selects. */
export type Parent = GraphQLObjectType | GraphQLInterfaceType;
export type Field = GraphQLField<unknown, unknown>;

/** A schema element under its schema coordinate (https://spec.graphql.org/draft/#sec-Schema-Coordinates), with what it is in. */
export type Coordinate = { readonly coordinate: string } & (
  | { readonly kind: 'type'; readonly element: GraphQLNamedType }
  | {
      readonly kind: 'enum value';
      readonly element: GraphQLEnumValue;
      readonly type: GraphQLEnumType;
    }
  | {
      readonly kind: 'input field';
      readonly element: GraphQLInputField;
      readonly type: GraphQLInputObjectType;
    }
  | { readonly kind: 'field'; readonly element: Field; readonly type: Parent }
  | {
      readonly kind: 'argument';
      readonly element: GraphQLArgument;
      readonly type: Parent;
      readonly field: Field;
    }
);

/** Every type, field, argument, input field and enum value of a schema, but for introspection. */
export function* coordinatesOf(schema: GraphQLSchema): Generator<Coordinate> {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type)) continue;
    yield { kind: 'type', coordinate: type.name, element: type };
    const inside = ({ name }: { readonly name: string }) => `${type.name}.${name}`;
    if (isEnumType(type)) {
      for (const element of type.getValues()) {
        yield { kind: 'enum value', coordinate: inside(element), element, type };
      }
    } else if (isInputObjectType(type)) {
      for (const element of Object.values(type.getFields())) {
        yield { kind: 'input field', coordinate: inside(element), element, type };
      }
    } else if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        const coordinate = inside(field);
        yield { kind: 'field', coordinate, element: field, type };
        for (const element of field.args) {
          const name = `${coordinate}(${element.name}:)`;
          yield { kind: 'argument', coordinate: name, element, type, field };
        }
      }
    }
  }
}
