import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  TypeInfo,
  type ValueNode,
  valueFromASTUntyped,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { RandomRequest } from './documents.ts';

type Request = Pick<RandomRequest, 'variables' | 'operationName'> & {
  readonly document: DocumentNode;
};

/** Ways to write the same request otherwise: nobody may see more or less of it for that. */
export const REWRITES: Readonly<
  Record<string, (request: Request, schema: GraphQLSchema) => Request>
> = {
  'with other aliases': (request) => ({
    ...request,
    document: visit(request.document, {
      Field: ({ alias, name, ...field }) => ({
        ...field,
        name,
        alias: { kind: Kind.NAME, value: `renamed_${(alias ?? name).value}` },
      }),
    }),
  }),

  'with its fragments written out': (request) => ({
    ...request,
    document: {
      kind: Kind.DOCUMENT,
      definitions: operationsOf(request.document).map((operation) => ({
        ...operation,
        selectionSet: inlined(operation.selectionSet, request.document),
      })),
    },
  }),

  'with its inline fragments given names': (request, schema) => named(request, schema),

  'in the opposite order': (request) => ({
    ...request,
    document: visit(request.document, {
      SelectionSet: ({ selections, ...set }) => ({ ...set, selections: selections.toReversed() }),
      Document: ({ definitions, ...document }) => ({
        ...document,
        definitions: definitions.toReversed(),
      }),
    }),
  }),

  // Only what has nothing below it: doubled at every level, a document would grow beyond measure.
  'with much of it said twice': (request) => ({
    ...request,
    document: visit(request.document, {
      SelectionSet: ({ selections, ...set }) => ({
        ...set,
        selections: [
          ...selections,
          ...selections.filter((one) => one.kind === Kind.FRAGMENT_SPREAD || !one.selectionSet),
        ],
      }),
    }),
  }),

  'under conditions that hold': (request) => ({
    ...request,
    document: visit(request.document, {
      SelectionSet: {
        leave: ({ selections, ...set }) => ({ ...set, selections: [conditional(selections)] }),
      },
    }),
  }),

  'with variables in place of values': (request, schema) => withVariables(request, schema),

  'without the other operation': (request) => ({
    ...request,
    document: alone(request),
  }),
};

const operationsOf = ({ definitions }: DocumentNode) =>
  definitions.filter(
    (one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION,
  );

const fragmentsOf = ({ definitions }: DocumentNode) =>
  definitions.filter((one): one is FragmentDefinitionNode => one.kind === Kind.FRAGMENT_DEFINITION);

function inlined(set: SelectionSetNode, document: DocumentNode): SelectionSetNode {
  return visit(set, {
    FragmentSpread({ name, directives }) {
      const fragment = fragmentsOf(document).find((one) => one.name.value === name.value);
      if (!fragment) throw new TypeError(`There is no fragment "${name.value}".`);
      return {
        kind: Kind.INLINE_FRAGMENT,
        typeCondition: fragment.typeCondition,
        ...(directives && { directives }),
        selectionSet: inlined(fragment.selectionSet, document),
      };
    },
  });
}

function named(request: Request, schema: GraphQLSchema): Request {
  const info = new TypeInfo(schema);
  const made: FragmentDefinitionNode[] = [];
  const document: DocumentNode = visit(
    request.document,
    visitWithTypeInfo(info, {
      InlineFragment: {
        leave({ directives, selectionSet, typeCondition }) {
          const type = typeCondition?.name.value ?? String(info.getParentType());
          const name = { kind: Kind.NAME, value: `Named${made.length}` } as const;
          made.push({
            kind: Kind.FRAGMENT_DEFINITION,
            name,
            typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type } },
            selectionSet,
          });
          return { kind: Kind.FRAGMENT_SPREAD, name, ...(directives && { directives }) };
        },
      },
    }),
  );
  return { ...request, document: { ...document, definitions: [...document.definitions, ...made] } };
}

function conditional(selections: readonly SelectionNode[]): SelectionNode {
  const [include] = operationsOf(parse('{ a @include(if: true) @skip(if: false) }'));
  const directives = include?.selectionSet.selections[0]?.directives ?? [];
  return {
    kind: Kind.INLINE_FRAGMENT,
    directives,
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  };
}

/** Every argument without a variable in it becomes a variable of the argument's own type. */
function withVariables(request: Request, schema: GraphQLSchema): Request {
  const info = new TypeInfo(schema);
  const variables: Record<string, unknown> = { ...request.variables };
  const types = new Map<string, string>();
  const names = new Map<string, string>();
  const document: DocumentNode = visit(
    request.document,
    visitWithTypeInfo(info, {
      Argument(node) {
        const type = info.getArgument()?.type;
        // A default of a directive's argument is nothing to vary.
        if (!type || info.getDirective() || hasVariable(node.value)) return undefined;
        // Fields that are merged have to go on saying the same.
        const said = `${type} ${print(node.value)}`;
        const name = names.get(said) ?? `varied${names.size}`;
        names.set(said, name);
        types.set(name, String(type));
        variables[name] = valueFromASTUntyped(node.value);
        const variable = { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } } as const;
        return { ...node, value: variable };
      },
    }),
  );
  return { ...request, variables, document: declared(document, types) };
}

function hasVariable(value: ValueNode): boolean {
  let found = false;
  visit(value, {
    Variable: () => {
      found = true;
    },
  });
  return found;
}

function declared(document: DocumentNode, types: ReadonlyMap<string, string>): DocumentNode {
  return {
    ...document,
    definitions: document.definitions.map((definition) => {
      if (definition.kind !== Kind.OPERATION_DEFINITION) return definition;
      const used = new Set<string>();
      visit(inlined(definition.selectionSet, document), {
        Variable: ({ name }) => void used.add(name.value),
      });
      const texts = [...types].flatMap(([name, type]) =>
        used.has(name) ? [`$${name}: ${type}`] : [],
      );
      if (texts.length === 0) return definition;
      const [made] = operationsOf(parse(`query (${texts.join(', ')}) { a }`));
      const variableDefinitions = [
        ...(definition.variableDefinitions ?? []),
        ...(made?.variableDefinitions ?? []),
      ];
      return { ...definition, variableDefinitions };
    }),
  };
}

function alone({ document, operationName }: Request): DocumentNode {
  const operations = operationsOf(document).filter(({ name }) => name?.value === operationName);
  const used = new Set<string>();
  const waiting: (OperationDefinitionNode | FragmentDefinitionNode)[] = [...operations];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    visit(next, {
      FragmentSpread({ name }) {
        if (used.has(name.value)) return;
        used.add(name.value);
        waiting.push(...fragmentsOf(document).filter((one) => one.name.value === name.value));
      },
    });
  }
  const kept = fragmentsOf(document).filter(({ name }) => used.has(name.value));
  return { kind: Kind.DOCUMENT, definitions: [...operations, ...kept] };
}
