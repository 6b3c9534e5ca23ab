import { DEMO_STORES } from '../data/seed/demo-stores.ts';
import { SCOPES } from '../scopes/catalogue.ts';
import type { DemoIssuer } from '../token/demo-issuer.ts';

/** What a customer-data platform asks for. */
const CDP = 'read_all_orders read_orders read_customers read_discounts read_products';

const DAY_IN_SECONDS = 24 * 60 * 60;

const QUERY =
  '{ orders(first: 2) { nodes { sourceNumber total { amount currencyCode } customer { email } } } }';

/** The first thing a newcomer reads: where to look, whose data it is, tokens, and a line that works. */
export async function welcome(url: string, issuer: DemoIssuer, seconds: number): Promise<string> {
  const [store] = DEMO_STORES;
  const mint = (scope: string) =>
    issuer.mint({ storeId: store.id, scope, expiresInSeconds: DAY_IN_SECONDS });
  const everything = await mint(SCOPES.map(({ name }) => name).join(' '));
  const cdp = await mint(CDP);
  const ordersOnly = await mint('read_orders');
  const body = JSON.stringify({ query: QUERY });
  return `
scopegate is ready after ${seconds.toFixed(1)} s.

GraphiQL: ${url}/graphql

Demo stores:
${DEMO_STORES.map(({ id, name, domain, currency }) => `  ${id}  ${name} (${domain}, ${currency})`).join('\n')}

Tokens for ${store.name}, good for 24 hours. Others: npm run -s scopegate -- token --help

everything:
${everything}

${CDP}:
${cdp}

read_orders:
${ordersOnly}

Apps that these stores installed have tokens of their own, for example: npm run -s scopegate -- token --app cdp

Paste this: the last token may read orders, but not who placed them.

curl -s '${url}/graphql' -H 'content-type: application/json' -H 'authorization: Bearer ${ordersOnly}' -d '${body}'

Stop with Ctrl-C.
`;
}
