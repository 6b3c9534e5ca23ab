import { createServer, type IncomingMessage } from 'node:http';
import type { Scope } from '../../src/scopes/catalogue.ts';
import { announce, sessionOf, startPeer } from './peer.ts';
import { answerOrder, answerOrders } from './rest-answers.ts';

/**
 * The hand-written peer with nothing in between: plain `node:http`, two routes by hand, `JSON.stringify`. Each route
 * asks for the scopes of all that it shows.
 */

const { data, host, port, authenticate } = startPeer();

const ORDER: readonly Scope[] = ['read_orders', 'read_customers'];
const ORDERS: readonly Scope[] = [...ORDER, 'read_products', 'read_claims'];

interface Answer {
  readonly status: number;
  readonly body: object;
}

async function answer({ url = '/', headers }: IncomingMessage): Promise<Answer> {
  const principal = await authenticate(headers.authorization);
  if (principal === null) return { status: 401, body: { error: 'Send a token.' } };
  const [path = '', query] = url.split('?', 2);
  const isList = path === '/orders';
  if (!isList && !path.startsWith('/orders/'))
    return { status: 404, body: { error: 'Not found.' } };
  const isGranted = (isList ? ORDERS : ORDER).every((scope) => principal.grantedScopes.has(scope));
  if (!isGranted) return { status: 403, body: { error: 'Not granted.' } };
  const session = sessionOf(principal);
  if (!isList) {
    const id = decodeURIComponent(path.slice('/orders/'.length));
    return { status: 200, body: answerOrder(await data.rest.orderWithCustomer(session, id)) };
  }
  const first = Math.min(Number(new URLSearchParams(query).get('first') ?? 25), 100);
  const found = await data.rest.newestWithAll(session, first + 1);
  return { status: 200, body: answerOrders(found, first) };
}

const server = createServer((request, response) => {
  answer(request)
    .catch(() => ({ status: 500, body: { error: 'Something went wrong.' } }))
    .then(({ status, body }) => {
      const bytes = Buffer.from(JSON.stringify(body));
      response.writeHead(status, {
        'content-type': 'application/json; charset=utf-8',
        'content-length': bytes.length,
        'cache-control': 'no-store',
      });
      response.end(bytes);
    });
});
server.listen(port, host, () => announce('REST', server));
