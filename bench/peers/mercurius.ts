import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { type ConstDirectiveNode, valueFromASTUntyped } from 'graphql';
import mercurius, { type MercuriusContext } from 'mercurius';
import mercuriusAuthModule from 'mercurius-auth';
import type { Principal } from '../../src/token/principal.ts';
import { moneyOf } from './money.ts';
import { announce, scopesOf, sessionOf, startPeer } from './peer.ts';
import { orderPage, SCALARS } from './resolvers.ts';
import { grouped, keyed, type LineItemRow, type OrderRow, type Reader } from './rows.ts';
import { SCOPES_DIRECTIVE, TYPE_DEFS } from './schema-part.ts';

/**
 * Mercurius on Fastify with its compiler on from the first request (`jit: 1`), its own loaders (mercurius.dev,
 * "Loaders"; without their cache, which turns every parent into a text to find it by: the loaders themselves ask for no
 * row twice) and mercurius-auth in directive mode ("Auth directive", "Apply policy", "Auth context").
 *
 * It enforces in resolvers: the plugin wraps the resolver of every field that has the directive, or whose type has.
 */

declare module 'mercurius' {
  interface MercuriusContext {
    readonly principal: Principal;
    readonly peer: Reader;
  }
}

type Alternatives = readonly (readonly string[])[];
type Query<P> = { readonly obj: P; readonly params: { readonly first: number } };

const { data, host, port, authenticate } = startPeer();
const app = Fastify();

const loader = <P, R>(load: (queries: Query<P>[], context: MercuriusContext) => Promise<R[]>) => ({
  loader: load,
  opts: { cache: false },
});
const distinct = (ids: (string | null)[]) => [...new Set(ids)].filter((id) => id !== null);

app.register(mercurius, {
  schema: [SCOPES_DIRECTIVE, TYPE_DEFS].join('\n'),
  jit: 1,
  async context(request: FastifyRequest, _reply: FastifyReply) {
    const principal = await authenticate(request.headers.authorization);
    if (principal === null) throw new mercurius.ErrorWithProps('Send a token.', {}, 401);
    return { principal, peer: data.readerOf(sessionOf(principal)) };
  },
  resolvers: {
    ...SCALARS,
    Query: {
      order: (_: unknown, { id }: { id: string }, { peer }: MercuriusContext) => peer.order(id),
      orders: (_: unknown, { first }: { first: number }, { peer }: MercuriusContext) =>
        orderPage(peer, first),
    },
    Order: { total: ({ total, currency }: OrderRow) => moneyOf(total, currency) },
    LineItem: { unitPrice: ({ unitPrice, currency }: LineItemRow) => moneyOf(unitPrice, currency) },
  } as never,
  loaders: {
    Order: {
      customer: loader<OrderRow, unknown>(async (queries, { peer }) => {
        const rows = keyed(
          await peer.customers(distinct(queries.map(({ obj }) => obj.customerId))),
        );
        return queries.map(({ obj }) => rows.get(obj.customerId ?? '') ?? null);
      }),
      lineItems: loader<OrderRow, unknown>(async (queries, { peer }) => {
        const rows = grouped(await peer.lineItems(queries.map(({ obj }) => obj.id)));
        return queries.map(({ obj, params }) => ({
          nodes: (rows.get(obj.id) ?? []).slice(0, params.first),
        }));
      }),
      claims: loader<OrderRow, unknown>(async (queries, { peer }) => {
        const rows = grouped(await peer.claims(queries.map(({ obj }) => obj.id)));
        return queries.map(({ obj, params }) => ({
          nodes: (rows.get(obj.id) ?? []).slice(0, params.first),
        }));
      }),
    },
    LineItem: {
      product: loader<LineItemRow, unknown>(async (queries, { peer }) => {
        const rows = keyed(await peer.products(distinct(queries.map(({ obj }) => obj.productId))));
        return queries.map(({ obj }) => rows.get(obj.productId ?? '') ?? null);
      }),
    },
  } as never,
});

/** The directive's argument, read once: the plugin hands over its AST for every field of every row. */
const READ = new WeakMap<ConstDirectiveNode, Alternatives>();
function alternativesOf(directive: ConstDirectiveNode): Alternatives {
  const known = READ.get(directive);
  if (known !== undefined) return known;
  const [argument] = directive.arguments ?? [];
  const alternatives: Alternatives = argument
    ? (valueFromASTUntyped(argument.value) as Alternatives)
    : [];
  READ.set(directive, alternatives);
  return alternatives;
}
// Its types say that the plugin is the module's `default`; it is the module.
const mercuriusAuth = mercuriusAuthModule as unknown as typeof mercuriusAuthModule.default;
app.register(mercuriusAuth, {
  authDirective: 'requiresScopes',
  authContext: ({ principal }) => ({ scopes: scopesOf(principal) }),
  applyPolicy: (directive: ConstDirectiveNode, _parent, _args, { auth }) =>
    alternativesOf(directive).some((wanted) =>
      wanted.every((scope) => (auth as { scopes: ReadonlySet<string> }).scopes.has(scope)),
    ) as never,
});

await app.listen({ host, port });
announce('Mercurius', app.server);
