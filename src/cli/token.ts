import { parseArgs } from 'node:util';
import { loadConfig } from '../config.ts';
import { duration } from '../config-values.ts';
import {
  DEMO_TOKEN_INSTALLATIONS,
  type DemoTokenInstallation,
  readDemoToken,
} from '../data/demo-credentials.ts';
import { DEMO_STORES } from '../data/seed/demo-stores.ts';
import { readDemoIssuer } from '../token/demo-issuer.ts';
import { type Io, UsageError } from './io.ts';

const TOKEN_HELP = `scopegate token --scope "<scopes>" [--store <id or domain>] [--expires-in <1h>]
scopegate token --app <installation>

Prints an access token of the demo issuer, also while the gateway runs; or the opaque token of an app that
a demo store installed, with what the merchant granted it.

  --scope        scopes separated by spaces; "" for a token without any
  --store        a demo store by id or domain (Default: ${DEMO_STORES[0].domain})
  --expires-in   how long it works: 90s, 15m, 1h, 7d (Default: 1h)
  --app          ${DEMO_TOKEN_INSTALLATIONS.join(', ')}
`;

/** Prints a demo token. Refused where the demo is off. */
export async function token(args: readonly string[], io: Io): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      scope: { type: 'string' },
      store: { type: 'string' },
      'expires-in': { type: 'string' },
      app: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    io.out(TOKEN_HELP);
    return 0;
  }
  if (values.scope === undefined && values.app === undefined) {
    throw new UsageError(
      'token needs --scope or --app, for example: --scope "read_orders read_customers"',
    );
  }
  const beside = Object.keys(values).find((name) => name !== 'app');
  if (values.app !== undefined && beside !== undefined) {
    throw new UsageError(
      `token takes either --app or --${beside}: an installation has its store, its scopes and its time.`,
    );
  }
  const config = loadConfig(io.environment);
  if (!config.demo) {
    throw new UsageError(
      'Demo tokens exist only with the embedded database on a loopback host. Ask your own issuer for a token.',
    );
  }
  const directory = config.SCOPEGATE_DATA_DIR;
  if (values.app !== undefined) {
    io.out(`${await readDemoToken(directory, installationOf(values.app))}\n`);
    return 0;
  }
  const { store: named = DEMO_STORES[0].id, 'expires-in': life = '1h' } = values;
  const store = DEMO_STORES.find(({ id, domain }) => id === named || domain === named);
  if (store === undefined) {
    const known = DEMO_STORES.map(({ domain }) => domain).join(', ');
    throw new UsageError(`--store "${named}" is not a demo store. There are: ${known}.`);
  }
  const issuer = await readDemoIssuer(directory);
  const jwt = await issuer.mint({
    storeId: store.id,
    scope: values.scope ?? '',
    expiresInSeconds: secondsOf(life),
  });
  io.out(`${jwt}\n`);
  return 0;
}

function installationOf(name: string): DemoTokenInstallation {
  const installation = DEMO_TOKEN_INSTALLATIONS.find((candidate) => candidate === name);
  if (installation !== undefined) return installation;
  throw new UsageError(
    `--app "${name}" is not a demo installation. There are: ${DEMO_TOKEN_INSTALLATIONS.join(', ')}.`,
  );
}

function secondsOf(text: string): number {
  try {
    return Math.ceil(duration(text) / 1000);
  } catch (error) {
    throw new UsageError(`--expires-in ${error instanceof Error ? error.message : ''}.`);
  }
}
