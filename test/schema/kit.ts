import SchemaBuilder from '@pothos/core';
import { type GraphQLSchema, graphql } from 'graphql';
import { expect } from 'vitest';
import type { Loaders } from '../../src/data/loaders.ts';
import { builder as gatewayBuilder } from '../../src/schema/builder.ts';
import type { Context } from '../../src/schema/context.ts';
import { createCursorCodec } from '../../src/schema/cursor.ts';
import type { Granted } from '../../src/scopes/requirement.ts';
import { ScopeSet } from '../../src/scopes/scope-set.ts';
import type { Principal } from '../../src/token/principal.ts';

export type Builder = typeof gatewayBuilder;

/** An empty builder with the plugins and settings of the gateway's own. */
export function createBuilder(): Builder {
  const create = SchemaBuilder as unknown as new (options: unknown) => Builder;
  return new create(gatewayBuilder.options);
}

/** A schema of whatever is declared on an empty builder; the query type is added. */
export function build(declare: (builder: Builder) => void): GraphQLSchema {
  const builder = createBuilder();
  declare(builder);
  builder.queryType({});
  return builder.toSchema();
}

/** The grant of a token with these scopes. */
export const token = (scopes = ''): Granted => ScopeSet.parse(scopes);

const LOADERS: Loaders = new Proxy({} as Loaders, {
  get: () => () => expect.fail('something was loaded'),
});

/** The moment that the tests' requests are answered at. */
export const NOW = new Date('2026-11-21T21:49:00.000Z');

/** A context that loads nothing. */
export function contextOf(granted: Granted, loaders: Loaders = LOADERS): Context {
  return {
    principal: null,
    granted,
    loaders,
    execute: () => expect.fail('something was written'),
    cursors: createCursorCodec(new Uint8Array(32)),
    now: NOW,
  };
}

interface Answer {
  readonly data: Record<string, unknown> | null | undefined;
  /** Each error as `path: CODE message`. */
  readonly errors: readonly string[];
}

/** Runs a document with graphql-js alone, as a request with this grant. */
export async function run(
  schema: GraphQLSchema,
  source: string,
  granted: Granted,
  variableValues: Record<string, unknown> = {},
  loaders: Loaders = LOADERS,
  changes: Partial<Context> = {},
): Promise<Answer> {
  const { data, errors = [] } = await graphql({
    schema,
    source,
    variableValues,
    contextValue: { ...contextOf(granted, loaders), ...changes },
  });
  return {
    data: data && JSON.parse(JSON.stringify(data)),
    errors: errors.map(
      ({ path, message, extensions, originalError }) =>
        `${path?.join('.') ?? ''}: ${extensions.code ?? codeOf(originalError)} ${message}`,
    ),
  };
}

/** A principal of a store, which the fakes let see everything. */
export const principalOf = (storeId: string): Principal => ({
  issuer: 'https://issuer.example',
  clientId: 'client',
  subject: 'client',
  storeId,
  grantedScopes: ScopeSet.empty,
  expiresAt: new Date(0),
  app: null,
  installation: null,
  consent: null,
});

const codeOf = (error: unknown) =>
  error !== null && typeof error === 'object' && 'code' in error ? String(error.code) : 'none';
