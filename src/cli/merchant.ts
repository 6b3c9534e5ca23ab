import { parseArgs } from 'node:util';
import { AppError } from '../errors.ts';
import { plainName } from '../oauth/pages/names.ts';
import { type Io, UsageError } from './io.ts';
import { noStore } from './no-store.ts';
import type { MerchantView, MerchantViewWithPassword } from './operations.ts';
import { type Family, runCommand, type Subcommand } from './platform-command.ts';

const MERCHANT_HELP = `scopegate merchant <command> [--json]

  create --name "..." --email <address> [--store <store>]
                               make an account; prints its password, which is shown only then
  list [--store <store>]       every account, by e-mail address
  set-password <merchant>      give an account another password, and sign its person out
  add-store <merchant> --store <store>
                               let a person act for a store: install apps, decide what they may do, disconnect them
  remove-store <merchant> --store <store>
                               take a store from a person; what they allowed there stays
  disable <merchant>           sign a person out, and let them in no more
  enable <merchant>            let them in again

A merchant is named by id (mer_...) or e-mail address, a store by id or domain. --store may be repeated with create.

  --password-stdin             with create and set-password: take the password from standard input, at least 12
                               characters; without it one is made. Never write one into a command: others can read it.

These commands work on PostgreSQL where DATABASE_URL is set. Otherwise they work on the embedded database in
SCOPEGATE_DATA_DIR, also while a gateway runs there.

  scopegate merchant create --name "Robin Calder" --email robin@example.com --store summitandpine.example
`;

const OPTIONS = {
  name: { type: 'string' },
  email: { type: 'string' },
  store: { type: 'string', multiple: true },
  'password-stdin': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

interface Values {
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly store?: string[] | undefined;
  readonly 'password-stdin'?: boolean | undefined;
}

type Result = MerchantView | MerchantViewWithPassword | readonly MerchantView[];

type Command = Subcommand<Values, Result>;

/** The one store that a command is about. */
function storeOf(command: string, { store = [] }: Values): string {
  const [one, ...more] = store;
  if (one === undefined || more.length > 0) {
    throw new UsageError(`merchant ${command} needs --store: one, by id or domain.`);
  }
  return one;
}

/** The first line of standard input; null where a password is to be made. */
async function passwordOf(values: Values, io: Io): Promise<string | null> {
  if (!values['password-stdin']) return null;
  const given = await io.input();
  if (given === null) {
    throw new UsageError(
      '--password-stdin takes the password from a file or another command: a terminal would show it.',
    );
  }
  return given.replace(/\r?\n$/, '');
}

const adviceOn = ({ password }: MerchantViewWithPassword) =>
  password === null
    ? {}
    : {
        advice:
          'Hand the password over now: it is stored nowhere and cannot be shown again. "merchant set-password" makes another.',
      };

const onStore = (name: 'add-store' | 'remove-store'): Command => ({
  isOfOne: true,
  takes: ['store'],
  prepare: (values, merchant) => {
    const store = storeOf(name, values);
    return async (platform) => ({
      result: await platform.call(`merchant.${name}`, { merchant, store }),
    });
  },
});

const simple = (name: 'disable' | 'enable'): Command => ({
  isOfOne: true,
  takes: [],
  prepare: (_, merchant) => async (platform) => ({
    result: await platform.call(`merchant.${name}`, { merchant }),
  }),
});

const COMMANDS: Readonly<Record<string, Command>> = {
  create: {
    isOfOne: false,
    takes: ['name', 'email', 'store', 'password-stdin'],
    prepare: async (values, _, io) => {
      const { name, email, store: stores = [] } = values;
      if (name === undefined || email === undefined) {
        throw new UsageError('merchant create needs --name and --email.');
      }
      const password = await passwordOf(values, io);
      return async (platform) => {
        const draft = { name, email, stores, password };
        const result = await platform.call('merchant.create', draft);
        return { result, ...adviceOn(result) };
      };
    },
  },
  list: {
    isOfOne: false,
    takes: ['store'],
    prepare: (values) => {
      const wanted = values.store === undefined ? null : storeOf('list', values);
      const isNamed = ({ id, domain }: { readonly id: string; readonly domain: string }) =>
        id === wanted || domain === wanted;
      return async (platform) => {
        const all = await platform.call('merchant.list', {});
        if (wanted === null) return { result: all };
        if (!(await platform.call('store.list', {})).some(isNamed)) {
          throw new AppError('NOT_FOUND', noStore(wanted));
        }
        return { result: all.filter(({ stores }) => stores.some(isNamed)) };
      };
    },
  },
  'set-password': {
    isOfOne: true,
    takes: ['password-stdin'],
    prepare: async (values, merchant, io) => {
      const password = await passwordOf(values, io);
      return async (platform) => {
        const result = await platform.call('merchant.set-password', { merchant, password });
        return { result, ...adviceOn(result) };
      };
    },
  },
  'add-store': onStore('add-store'),
  'remove-store': onStore('remove-store'),
  disable: simple('disable'),
  enable: simple('enable'),
};

const FAMILY: Family<Values, Result> = {
  name: 'merchant',
  one: 'a merchant: an id or e-mail address',
  help: MERCHANT_HELP,
  commands: COMMANDS,
  inWords: (result) =>
    'length' in result ? result.map(inOneLine).join('') : inOneLine(result) + passwordLine(result),
  inOptions: (problem) => problem.replaceAll(/\b(name|email):/g, '--$1:'),
};

/**
 * The commands around the people who sign in for stores.
 *
 * @throws UsageError for a command that was called wrongly, before anything is opened; AppError for what is refused;
 * StartError when there is no way to the database.
 */
export async function merchant(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: OPTIONS,
    allowPositionals: true,
  });
  return runCommand(FAMILY, values, positionals, io);
}

function inOneLine({ id, name, email, stores, disabledAt }: MerchantView): string {
  const where = stores.length === 0 ? 'no store' : stores.map(({ domain }) => domain).join(' ');
  const state = disabledAt === null ? '' : '  (disabled)';
  return `${id}  ${email}  ${plainName(name)}  ${where}${state}\n`;
}

function passwordLine(merchant: MerchantView | MerchantViewWithPassword): string {
  if (!('password' in merchant) || merchant.password === null) return '';
  return `password  ${merchant.password}\n`;
}
