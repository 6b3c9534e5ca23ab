import SchemaBuilder from '@pothos/core';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import { SCOPES, type Scope } from '../scopes/catalogue.ts';
import { refusal } from '../scopes/refusal.ts';
import { requirementOfField } from '../scopes/requirement-index.ts';
import type { Context } from './context.ts';
import './scope-plugin.ts';

/** The builder that every type is declared on. */
export const builder = new SchemaBuilder<{
  Context: Context;
  AuthScopes: Record<Scope | 'public' | 'authenticated', boolean>;
  DefaultAuthStrategy: 'all';
  DefaultFieldNullability: false;
  DefaultEdgesNullability: { list: false; items: false };
  DefaultNodeNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    Date: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    Decimal: { Input: string; Output: string };
    CurrencyCode: { Input: string; Output: string };
  };
}>({
  // The first is outermost: a field is refused before its arguments are looked at.
  plugins: [ScopeAuthPlugin, 'scopegate', RelayPlugin],
  defaultFieldNullability: false,
  scopeAuth: {
    defaultStrategy: 'all',
    authScopes: ({ granted }) => {
      const has = Object.fromEntries(SCOPES.map(({ name }) => [name, granted?.has(name) === true]));
      return {
        ...(has as Record<Scope, boolean>),
        public: true,
        authenticated: granted !== null,
      };
    },
    unauthorizedError: (_parent, { granted }, { parentType, fieldName }) => {
      const coordinate = `${parentType.name}.${fieldName}`;
      const field = parentType.getFields()[fieldName];
      if (field === undefined) throw new TypeError(`${coordinate} is not in the schema.`);
      return refusal(coordinate, requirementOfField(parentType, field), granted);
    },
  },
  relay: {
    cursorType: 'String',
    nodesOnConnection: {
      description: 'The nodes of `edges`, for clients that need no cursor for each.',
    },
    edgesFieldOptions: {
      nullable: { list: false, items: false },
      description: 'The items of this page, each with its cursor.',
    },
    nodeFieldOptions: { nullable: false, description: 'The item.' },
    cursorFieldOptions: {
      description:
        'Where this item stands. Works as `after` or `before` of the same connection with the same arguments.',
    },
    pageInfoFieldOptions: { description: 'Where this page stands in the whole list.' },
    pageInfoTypeOptions: {
      description: 'Where a page stands in the whole list.',
      authScopes: { authenticated: true },
    },
    hasNextPageFieldOptions: { description: 'Whether there are items after this page.' },
    hasPreviousPageFieldOptions: { description: 'Whether there are items before this page.' },
    startCursorFieldOptions: { description: 'The cursor of the first item of the page.' },
    endCursorFieldOptions: {
      description: 'The cursor of the last item of the page: the next `after`.',
    },
    firstArgOptions: {
      description: 'At most this many items from the start, 0 to 100; 25 unless said otherwise.',
    },
    lastArgOptions: { description: 'At most this many items from the end, 0 to 100.' },
    afterArgOptions: { description: 'Only items after this cursor.' },
    beforeArgOptions: { description: 'Only items before this cursor.' },
  },
});

/** The builder's own type parameters, for helpers that take a field builder. */
export type Types = typeof builder.$inferSchemaTypes;
