import {
  type ConstDirectiveNode,
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

/** A schema element under its schema coordinate (https://spec.graphql.org/draft/#sec-Schema-Coordinates). */
export interface Coordinate {
  readonly coordinate: string;
  readonly element: Element;
}

/** Every type, field, argument, input field and enum value of a schema, but for introspection. */
export function* coordinatesOf(schema: GraphQLSchema): Generator<Coordinate> {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type)) continue;
    yield { coordinate: type.name, element: type };
    if (isEnumType(type)) {
      for (const value of type.getValues()) yield inside(type.name, value);
    } else if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) yield inside(type.name, field);
    } else if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        const found = inside(type.name, field);
        yield found;
        for (const argument of field.args) {
          yield { coordinate: `${found.coordinate}(${argument.name}:)`, element: argument };
        }
      }
    }
  }
}

const inside = (type: string, element: Element & { readonly name: string }): Coordinate => ({
  coordinate: `${type}.${element.name}`,
  element,
});
