import { parseArgs } from 'node:util';
import { APP_OPTIONS, type AppOptions, changesOf, draftOf, inOptions } from './app-options.ts';
import { appInWords, appsInWords } from './app-words.ts';
import { type Io, UsageError } from './io.ts';
import type { AppView, AppViewWithSecret } from './operations.ts';
import { type OpenPlatform, openPlatform } from './platform.ts';

const APP_HELP = `scopegate app <command> [--json]

  create <options>             register an app; prints its client secret, which is shown only then
  list [--review <state>]      every app, the newest first; states: draft, pending, approved, rejected, suspended
  show <app>                   one app, whole
  change <app> <options>       change what is given of an app; what is left empty ("") is taken away
  review <app>                 put a public app up for review, and show what there is to look at
  approve <app>                any merchant may install it, and it may use admin-gated scopes; also lifts a suspension
  reject <app> --note "..."    refuse it, or withdraw its approval: its tokens lose admin-gated scopes within seconds
  suspend <app> --note "..."   end all its tokens, and let it have no more
  rotate-secret <app>          give it another client secret; the old one ends at once

An app is named by its id (app_...) or its client id (op_app_...).

  --name "..."                 what merchants read
  --visibility                 public: for any merchant, once approved; private: for one store, without review
  --store                      the store of a private app, by id or domain; a public one can be tried out there
  --redirect-uri <url>         where merchants are sent back to: https, or http on localhost; may be repeated
  --required "<scopes>"        scopes that it does not work without, separated by spaces
  --optional "<scopes>"        scopes that a merchant may refuse
  --logo, --privacy-policy     https addresses, shown where a merchant decides
  --app-url <url>              where it opens inside the merchant's page
  --tokens                     opaque (the default) or jwt

These commands work on PostgreSQL where DATABASE_URL is set. Otherwise they work on the embedded database in
SCOPEGATE_DATA_DIR, also while a gateway runs there.

  scopegate app create --name "Parcel Poet" --visibility public --redirect-uri https://parcel.example/callback \\
    --required "read_orders" --optional "read_customers"
`;

const OPTIONS = {
  ...APP_OPTIONS,
  review: { type: 'string' },
  note: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

type OptionName = keyof typeof OPTIONS;

const DESCRIBING = Object.keys(APP_OPTIONS) as (keyof typeof APP_OPTIONS)[];

const STATES = ['draft', 'pending', 'approved', 'rejected', 'suspended'];

type Values = AppOptions & {
  readonly review?: string | undefined;
  readonly note?: string | undefined;
};

interface Command {
  /** Whether it is about one app, which then must be named. */
  readonly isOfApp: boolean;
  /** The options it takes besides --json. */
  readonly takes: readonly OptionName[];
  /** Reads what it was given, before anything is opened; what it resolves to is printed. */
  readonly prepare: (values: Values, app: string) => (platform: OpenPlatform) => Promise<Printed>;
}

/** An app, or apps; and what else a person should know. */
interface Printed {
  readonly result: AppView | AppViewWithSecret | readonly AppView[];
  readonly advice?: string;
}

/** A command that does one thing to one app and takes no more than its name. */
const simple = (name: 'app.show' | 'app.approve'): Command => ({
  isOfApp: true,
  takes: [],
  prepare: (_, app) => async (platform) => ({ result: await platform.call(name, { app }) }),
});

/** A command that says why. */
const withNote = (name: 'reject' | 'suspend'): Command => ({
  isOfApp: true,
  takes: ['note'],
  prepare: ({ note }, app) => {
    if (note === undefined) throw new UsageError(`app ${name} needs --note "...": why.`);
    return async (platform) => ({ result: await platform.call(`app.${name}`, { app, note }) });
  },
});

const KEEP =
  'Keep the client secret now: it is stored nowhere and cannot be shown again. "app rotate-secret" makes another.';

const COMMANDS: Readonly<Record<string, Command>> = {
  create: {
    isOfApp: false,
    takes: DESCRIBING,
    prepare: (values) => {
      const draft = draftOf(values);
      return async (platform) => ({
        result: await platform.call('app.create', draft),
        advice: KEEP,
      });
    },
  },
  list: {
    isOfApp: false,
    takes: ['review'],
    prepare: ({ review }) => {
      if (review !== undefined && !STATES.includes(review)) {
        throw new UsageError(`--review is one of: ${STATES.join(', ')}.`);
      }
      return async (platform) => {
        const apps = await platform.call('app.list', {});
        const isWanted = (app: AppView) =>
          review === undefined || app.review === review.toUpperCase();
        return { result: apps.filter(isWanted) };
      };
    },
  },
  show: simple('app.show'),
  change: {
    isOfApp: true,
    takes: DESCRIBING.filter((name) => name !== 'visibility' && name !== 'store'),
    prepare: (values, app) => {
      const changes = changesOf(values);
      if (Object.keys(changes).length === 0) {
        throw new UsageError('app change needs what to change, for example: --name "..."');
      }
      return async (platform) => ({ result: await platform.call('app.change', { app, changes }) });
    },
  },
  review: {
    isOfApp: true,
    takes: [],
    prepare: (_, app) => async (platform) => {
      const result = await platform.call('app.review', { app });
      return {
        result,
        advice: `It waits for "app approve ${result.id}" or "app reject ${result.id} --note ...".`,
      };
    },
  },
  approve: simple('app.approve'),
  reject: withNote('reject'),
  suspend: withNote('suspend'),
  'rotate-secret': {
    isOfApp: true,
    takes: [],
    prepare: (_, app) => async (platform) => ({
      result: await platform.call('app.rotate-secret', { app }),
      advice: KEEP,
    }),
  },
};

/**
 * The commands around apps.
 *
 * @throws UsageError for a command that was called wrongly, before anything is opened; AppError for what is refused;
 * StartError when there is no way to the database.
 */
export async function app(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: OPTIONS,
    allowPositionals: true,
  });
  if (values.help) {
    io.out(APP_HELP);
    return 0;
  }
  const run = prepared(values, positionals);
  const platform = await openPlatform(io.environment);
  try {
    const { result, advice } = await run(platform);
    io.out(values.json ? `${JSON.stringify(result, null, 2)}\n` : inWords(result));
    if (advice !== undefined) io.err(`${advice}\n`);
    return 0;
  } catch (error) {
    throw inOptions(error);
  } finally {
    await platform.close();
  }
}

function prepared(
  values: Values & Readonly<Record<string, unknown>>,
  [name, ...rest]: readonly string[],
) {
  const known = Object.keys(COMMANDS).join(', ');
  if (name === undefined) throw new UsageError(`Which app command? There are: ${known}.`);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    throw new UsageError(`"app ${name}" is not a command. There are: ${known}.`);
  }
  const [id, ...more] = rest;
  if (command.isOfApp && id === undefined) {
    throw new UsageError(`app ${name} needs an app: its id or client id. "app list" shows all.`);
  }
  const tooMuch = command.isOfApp ? more : rest;
  if (tooMuch.length > 0) throw new UsageError(`app ${name} does not take "${tooMuch.join(' ')}".`);
  const wrong = Object.keys(values).find(
    (option) => option !== 'json' && !command.takes.some((taken) => taken === option),
  );
  if (wrong !== undefined) throw new UsageError(`app ${name} does not take --${wrong}.`);
  return command.prepare(values, id ?? '');
}

const inWords = (result: Printed['result']) =>
  'length' in result ? appsInWords(result) : appInWords(result);
