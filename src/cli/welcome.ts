import { DEMO_APPS } from '../data/seed/demo-apps.ts';
import { DEMO_MERCHANTS, DEMO_PASSWORD } from '../data/seed/demo-merchants.ts';
import { DEMO_STORES } from '../data/seed/demo-stores.ts';
import { SCOPES } from '../scopes/catalogue.ts';
import type { DemoIssuer } from '../token/demo-issuer.ts';

/** What a customer-data platform asks for. */
const CDP = 'read_all_orders read_orders read_customers read_discounts read_products';

const DAY_IN_SECONDS = 24 * 60 * 60;

const QUERY =
  '{ orders(first: 2) { nodes { sourceNumber total { amount currencyCode } customer { email } } } }';

/** What to try the authorization server with. The secret is null where the folder does not have it. */
export interface DemoOAuth {
  readonly clientSecret: string | null;
}

function oauthLines(url: string, { clientSecret }: DemoOAuth): string {
  const { name, clientId, redirectUris } = DEMO_APPS.cdp;
  const emails = Object.values(DEMO_MERCHANTS).map(({ email }) => email);
  return `
Merchants sign in at ${url}/merchant/apps with the password ${DEMO_PASSWORD}:
${emails.map((email) => `  ${email}`).join('\n')}

Demo app: ${name}
  client_id      ${clientId}
  client_secret  ${clientSecret ?? '(scopegate app rotate-secret makes a new one)'}
  redirect_uri   ${redirectUris.join(' or ')}
`;
}

/** The first thing a newcomer reads: where to look, whose data it is, tokens, and a line that works. */
export async function welcome(
  url: string,
  issuer: DemoIssuer,
  seconds: number,
  oauth: DemoOAuth | null = null,
): Promise<string> {
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
${oauth === null ? '' : oauthLines(url, oauth)}
Stop with Ctrl-C.
`;
}
