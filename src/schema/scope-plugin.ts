import SchemaBuilder, {
  BasePlugin,
  type PothosEnumValueConfig,
  type PothosInputFieldConfig,
  type PothosOutputFieldConfig,
  PothosSchemaError,
  type PothosTypeConfig,
  type SchemaTypes,
} from '@pothos/core';
import type { GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import { parseAuthScopes } from '../scopes/auth-scopes.ts';
import type { Scope } from '../scopes/catalogue.ts';
import type { ScopegateExtension } from '../scopes/declaration.ts';
import { guardedInputs } from '../scopes/guarded-inputs.ts';
import { refusal } from '../scopes/refusal.ts';
import { isSatisfied, type Requirement, RequirementError } from '../scopes/requirement.ts';
import type { Context } from './context.ts';
import { checkDeclarations } from './scope-checks.ts';
import { describeScopes } from './scope-descriptions.ts';

/** The spelling of `authScopes` that a static reader can understand. */
export type StaticScopes = Partial<Record<Scope | 'public' | 'authenticated', true>> & {
  $all?: StaticScopes;
  $any?: StaticScopes;
};

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      scopegate: ScopePlugin<Types>;
    }
    export interface InputFieldOptions {
      /** What it takes to send this argument or input field, in any form, even as `null`. */
      authScopes?: StaticScopes;
    }
    export interface EnumValueConfig<Types extends SchemaTypes> {
      /** What it takes to send this value. */
      authScopes?: StaticScopes;
    }
  }
}

/** Options of scope-auth that loosen a check where a static plan would not see it. */
const LOOSENING = [
  'grantScopes',
  'skipTypeScopes',
  'skipInterfaceScopes',
  'runScopesOnType',
  'unauthorizedResolver',
];

/**
 * Reads `authScopes` off everything the schema declares, refuses to build what is missing or
 * ambiguous, and writes the requirement into `extensions.scopegate` for every other reader. At run
 * time it guards arguments, input fields and enum values, which scope-auth does not know.
 */
class ScopePlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onTypeConfig(config: PothosTypeConfig): PothosTypeConfig {
    return { ...config, extensions: extend(config, config.name) };
  }

  override onOutputFieldConfig(config: PothosOutputFieldConfig<Types>) {
    return { ...config, extensions: extend(config, `${config.parentType}.${config.name}`) };
  }

  override onInputFieldConfig(config: PothosInputFieldConfig<Types>) {
    return { ...config, extensions: extend(config, `${config.parentType}.${config.name}`) };
  }

  override onEnumValueConfig(config: PothosEnumValueConfig<Types>) {
    return { ...config, extensions: extend(config, String(config.value)) };
  }

  override afterBuild(schema: GraphQLSchema): GraphQLSchema {
    const problems = checkDeclarations(schema);
    if (problems.length > 0) throw new PothosSchemaError(problems.join('\n'));
    describeScopes(schema);
    return schema;
  }

  override wrapResolve(
    resolver: GraphQLFieldResolver<unknown, Types['Context'], object>,
    config: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    if (Object.keys(config.args).length === 0) return resolver;
    return (parent, args, context, info) => {
      const { granted } = context as Context;
      const field = info.parentType.getFields()[info.fieldName];
      for (const input of field ? guardedInputs(field.args, { ...args }) : []) {
        if (!isSatisfied(input.requirement, granted)) {
          const coordinate = input.coordinate(`${info.parentType.name}.${info.fieldName}`);
          throw refusal(coordinate, input.requirement, granted);
        }
      }
      return resolver(parent, args, context, info);
    };
  }
}

interface Declared {
  readonly extensions?: Readonly<Record<string, unknown>> | null | undefined;
  readonly pothosOptions: object;
}

/** The element's extensions, with its requirement when it declares one. */
function extend(config: Declared, coordinate: string): Readonly<Record<string, unknown>> {
  const options = config.pothosOptions as Record<string, unknown>;
  const loosening = LOOSENING.find((name) => options[name] !== undefined);
  if (loosening !== undefined) {
    throw new PothosSchemaError(
      `${coordinate} uses ${loosening}, which would let a field pass that the plan refuses.`,
    );
  }
  const requirement = readRequirement(options.authScopes, coordinate);
  if (requirement === null) return config.extensions ?? {};
  const scopegate: ScopegateExtension = { ...(config.extensions?.scopegate ?? {}), requirement };
  return { ...config.extensions, scopegate };
}

function readRequirement(authScopes: unknown, coordinate: string): Requirement | null {
  if (authScopes === undefined) return null;
  try {
    return parseAuthScopes(authScopes);
  } catch (error) {
    if (!(error instanceof RequirementError)) throw error;
    throw new PothosSchemaError(`${coordinate} ${error.message}.`);
  }
}

SchemaBuilder.registerPlugin('scopegate', ScopePlugin);
