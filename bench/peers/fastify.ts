import Fastify, { type FastifyRequest } from 'fastify';
import type { Scope } from '../../src/scopes/catalogue.ts';
import type { Principal } from '../../src/token/principal.ts';
import { announce, sessionOf, startPeer } from './peer.ts';
import { answerOrder, answerOrders } from './rest-answers.ts';

/**
 * The hand-written peer as Fastify's documentation has it: routes with a schema of the response, which Fastify compiles
 * to a serializer (fastify.dev, "Validation and Serialization"), and the token in a `preHandler` hook with a decorated
 * request ("Hooks", "Decorators"). Each route asks for the scopes of all that it shows.
 */

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | null;
  }
}

const { data, host, port, authenticate } = startPeer();
const app = Fastify();
app.decorateRequest('principal', null);

const requires =
  (...scopes: readonly Scope[]) =>
  async (request: FastifyRequest) => {
    request.principal = await authenticate(request.headers.authorization);
    if (request.principal === null) throw httpError(401, 'Send a token.');
    const { grantedScopes } = request.principal;
    if (!scopes.every((scope) => grantedScopes.has(scope))) throw httpError(403, 'Not granted.');
  };

const httpError = (statusCode: number, message: string) =>
  Object.assign(new Error(message), { statusCode });

const text = { type: 'string' } as const;
const textOrNull = { type: 'string', nullable: true } as const;
const object = (properties: object, more: object = {}) =>
  ({ type: 'object', properties, ...more }) as const;
const nodesOf = (items: object) => object({ nodes: { type: 'array', items } });

const MONEY = object({ amount: text, currencyCode: text });
const CUSTOMER = object(
  { id: text, firstName: textOrNull, lastName: textOrNull, email: textOrNull },
  { nullable: true },
);
const ORDER = {
  id: text,
  sourceNumber: text,
  createdAt: { type: 'string', format: 'date-time' },
  financialStatus: text,
  fulfillmentStatus: text,
  total: MONEY,
  customer: CUSTOMER,
};
const LINE_ITEM = object({
  id: text,
  name: text,
  sku: textOrNull,
  quantity: { type: 'integer' },
  unitPrice: MONEY,
  product: object({ id: text, name: text, kind: text, status: text }, { nullable: true }),
});
const CLAIM = object({
  id: text,
  type: textOrNull,
  state: text,
  createdAt: { type: 'string', format: 'date-time' },
});

app.get<{ Params: { id: string } }>(
  '/orders/:id',
  {
    preHandler: requires('read_orders', 'read_customers'),
    schema: { response: { 200: object({ order: object(ORDER, { nullable: true }) }) } },
  },
  async (request) => {
    const session = sessionOf(request.principal as Principal);
    return answerOrder(await data.rest.orderWithCustomer(session, request.params.id));
  },
);

app.get<{ Querystring: { first: number } }>(
  '/orders',
  {
    preHandler: requires('read_orders', 'read_customers', 'read_products', 'read_claims'),
    schema: {
      querystring: object({ first: { type: 'integer', default: 25, minimum: 0, maximum: 100 } }),
      response: {
        200: object({
          orders: object({
            ...nodesOf(object({ ...ORDER, lineItems: nodesOf(LINE_ITEM), claims: nodesOf(CLAIM) }))
              .properties,
            pageInfo: object({ hasNextPage: { type: 'boolean' } }),
          }),
        }),
      },
    },
  },
  async (request) => {
    const session = sessionOf(request.principal as Principal);
    const { first } = request.query;
    return answerOrders(await data.rest.newestWithAll(session, first + 1), first);
  },
);

await app.listen({ host, port });
announce('Fastify', app.server);
