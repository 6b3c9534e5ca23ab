import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type FieldNode,
  type GraphQLSchema,
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  visit,
} from 'graphql';
import { AppError } from '../errors.ts';
import type { Granted } from '../scopes/requirement.ts';
import type { RequirementIndex } from '../scopes/requirement-index.ts';
import { visibleSchema } from '../scopes/visible-schema.ts';

/** Who may learn what the schema looks like. */
export const INTROSPECTION = ['public', 'token', 'scoped', 'off'] as const;
export type IntrospectionSetting = (typeof INTROSPECTION)[number];

/** What callers may learn of the schema: by introspection, by suggestions in errors, and as SDL. */
export interface Introspection {
  readonly setting: IntrospectionSetting;
  /** The part of the schema that a caller may know; null for nothing of it. */
  viewOf(granted: Granted): GraphQLSchema | null;
  /** Why a caller who may know nothing of it is not told more. */
  readonly refusal: AppError;
}

/**
 * What a setting shows of a schema. It is a convenience and no secrecy: operations are validated and
 * decided against the whole schema, and a refusal names what it refuses.
 */
export function createIntrospection(
  index: RequirementIndex,
  setting: IntrospectionSetting,
): Introspection {
  const views: Readonly<Record<IntrospectionSetting, Introspection['viewOf']>> = {
    public: () => index.schema,
    token: (granted) => (granted === null ? null : index.schema),
    scoped: (granted) => visibleSchema(index, granted),
    off: () => null,
  };
  return {
    setting,
    viewOf: views[setting],
    refusal:
      setting === 'off'
        ? new AppError(
            'INTROSPECTION_OFF',
            'Introspection is off here; whoever runs this gateway can tell you its schema.',
          )
        : new AppError('UNAUTHENTICATED', 'This operation needs a token: introspection does.'),
  };
}

type Execute = (args: ExecutionArgs) => ExecutionResult | Promise<ExecutionResult>;

/**
 * Runs an operation that asks for `__schema` or `__type`, which answer with the view; everything
 * else in it is run against the whole schema. A view cannot run data: at an abstract position an
 * object may come back of a type that the caller does not see.
 */
export async function executeWithView(
  args: ExecutionArgs,
  execute: Execute,
  view: GraphQLSchema,
): Promise<ExecutionResult> {
  if (view === args.schema) return execute(args);
  const root = args.schema.getQueryType()?.name ?? '';
  const rest = await execute({ ...args, document: withPlaceholders(args.document) });
  const told = await execute({
    ...args,
    schema: view,
    document: onlyIntrospection(args.document, root),
  });
  if (!rest.data) return rest;
  const errors = [...(rest.errors ?? []), ...(told.errors ?? [])];
  return {
    ...rest,
    ...(errors.length > 0 && { errors }),
    // What is told stands where its placeholder was.
    data: told.data ? { ...rest.data, ...told.data } : null,
  };
}

const isIntrospection = ({ name }: FieldNode) =>
  name.value === SchemaMetaFieldDef.name || name.value === TypeMetaFieldDef.name;

/** The document with `__typename` in each place where it introspects, which keeps the order of the answer. */
function withPlaceholders(document: DocumentNode): DocumentNode {
  return visit(document, {
    Field(node) {
      if (!isIntrospection(node)) return undefined;
      const { kind, alias, name, directives = [] } = node;
      const placeholder = { ...name, value: TypeNameMetaFieldDef.name };
      return { kind, alias: alias ?? name, name: placeholder, directives };
    },
  });
}

/** The document with nothing but introspection, for a schema that may lack all types but the root. */
function onlyIntrospection(document: DocumentNode, root: string): DocumentNode {
  const typeCondition = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: root } } as const;
  const only: DocumentNode = visit(document, {
    Field: (node) => (isIntrospection(node) ? false : null),
    // What is left stands on the root: a condition that let it through there need not be known.
    InlineFragment: { leave: (node) => ({ ...node, typeCondition }) },
    FragmentDefinition: {
      enter: (node) => (node.typeCondition.name.value.startsWith('__') ? false : undefined),
      leave: (node) => ({ ...node, typeCondition }),
    },
  });
  const used = new Set<string>();
  visit(only, {
    VariableDefinition: () => false,
    Variable: ({ name }) => void used.add(name.value),
  });
  return visit(only, {
    VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? false : null),
  });
}
