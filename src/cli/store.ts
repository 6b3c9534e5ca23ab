import { parseArgs } from 'node:util';
import { PLATFORMS } from '../data/values.ts';
import { plainName } from '../oauth/pages/names.ts';
import type { StoreDraft } from '../oauth/registered-stores.ts';
import { type Io, UsageError } from './io.ts';
import type { StoreView } from './operations.ts';
import { type Family, runCommand, type Subcommand } from './platform-command.ts';

const STORE_HELP = `scopegate store <command> [--json]

  create --name "..." --domain <domain> --currency <code> --timezone <zone> [--platform <platform>]
                               make a store, which has no data yet
  list                         every store, by domain

  --name "..."                 what shoppers know it by
  --domain                     the host name that it sells under, in lower case; a store can be named by it everywhere
  --currency                   the currency that it sells and reports in, by ISO 4217: USD, JPY
  --timezone                   whose days its reports have, by the IANA name: America/New_York, UTC
  --platform                   what it runs on: ${PLATFORMS.join(', ')} (Default: API)

No command changes a store later: look twice at the currency and the time zone.

These commands work on PostgreSQL where DATABASE_URL is set. Otherwise they work on the embedded database in
SCOPEGATE_DATA_DIR, also while a gateway runs there.

  scopegate store create --name "Example Shop" --domain shop.example.com --currency USD --timezone America/New_York
`;

const OPTIONS = {
  name: { type: 'string' },
  domain: { type: 'string' },
  currency: { type: 'string' },
  timezone: { type: 'string' },
  platform: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const DESCRIBING = ['name', 'domain', 'currency', 'timezone', 'platform'] as const;

type Values = { readonly [Name in (typeof DESCRIBING)[number]]?: string | undefined };

type Result = StoreView | readonly StoreView[];

/** @throws UsageError for an option that is missing, and for what is no platform. */
function draftOf({ name, domain, currency, timezone, platform }: Values): StoreDraft {
  if (
    name === undefined ||
    domain === undefined ||
    currency === undefined ||
    timezone === undefined
  ) {
    throw new UsageError('store create needs --name, --domain, --currency and --timezone.');
  }
  return {
    name,
    domain,
    currency,
    timezone,
    ...(platform !== undefined && { platform: platformOf(platform) }),
  };
}

function platformOf(text: string): (typeof PLATFORMS)[number] {
  const platform = PLATFORMS.find((known) => known === text.toUpperCase());
  if (platform !== undefined) return platform;
  throw new UsageError(`--platform is one of: ${PLATFORMS.join(', ')}.`);
}

const COMMANDS: Readonly<Record<string, Subcommand<Values, Result>>> = {
  create: {
    isOfOne: false,
    takes: DESCRIBING,
    prepare: (values) => {
      const draft = draftOf(values);
      return async (platform) => {
        const result = await platform.call('store.create', draft);
        const { domain } = result;
        const advice = `"merchant create --store ${domain}" makes an account for who acts for it, "import ${domain}" brings its history.`;
        return { result, advice };
      };
    },
  },
  list: {
    isOfOne: false,
    takes: [],
    prepare: () => async (platform) => ({ result: await platform.call('store.list', {}) }),
  },
};

/** What a member of a draft is called in a problem: the option's own name. */
const MEMBERS = new RegExp(`\\b(${DESCRIBING.join('|')}):`, 'g');

const FAMILY: Family<Values, Result> = {
  name: 'store',
  one: 'a store: its id or domain',
  help: STORE_HELP,
  commands: COMMANDS,
  inWords: (result) => ('length' in result ? result.map(inOneLine).join('') : inOneLine(result)),
  inOptions: (problem) => problem.replaceAll(MEMBERS, '--$1:'),
};

/**
 * The commands around stores.
 *
 * @throws UsageError for a command that was called wrongly, before anything is opened; AppError for what is refused;
 * StartError when there is no way to the database.
 */
export async function store(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: OPTIONS,
    allowPositionals: true,
  });
  return runCommand(FAMILY, values, positionals, io);
}

const inOneLine = ({ id, domain, name, currency, timezone, platform }: StoreView) =>
  `${id}  ${domain}  ${plainName(name)}  ${currency}  ${timezone}  ${platform}\n`;
