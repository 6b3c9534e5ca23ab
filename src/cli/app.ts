import { parseArgs } from 'node:util';
import { readSetting } from '../config.ts';
import { forgetDemoSecret } from '../data/demo-credentials.ts';
import { APP_OPTIONS, type AppOptions, changesOf, draftOf, inOptions } from './app-options.ts';
import { appInWords, appsInWords } from './app-words.ts';
import { type Io, UsageError } from './io.ts';
import type { AppView, AppViewWithSecret } from './operations.ts';
import { type Family, runCommand, type Subcommand } from './platform-command.ts';

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
  --publisher "..."            who offers it, as merchants read it
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

const DESCRIBING = Object.keys(APP_OPTIONS) as (keyof typeof APP_OPTIONS)[];

const STATES = ['draft', 'pending', 'approved', 'rejected', 'suspended'];

type Values = AppOptions & {
  readonly review?: string | undefined;
  readonly note?: string | undefined;
};

type Command = Subcommand<Values, AppView | AppViewWithSecret | readonly AppView[]>;

/** A command that does one thing to one app and takes no more than its name. */
const simple = (name: 'app.show' | 'app.approve'): Command => ({
  isOfOne: true,
  takes: [],
  prepare: (_, app) => async (platform) => ({ result: await platform.call(name, { app }) }),
});

/** A command that says why. */
const withNote = (name: 'reject' | 'suspend'): Command => ({
  isOfOne: true,
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
    isOfOne: false,
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
    isOfOne: false,
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
    isOfOne: true,
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
    isOfOne: true,
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
    isOfOne: true,
    takes: [],
    prepare: (_, app, io) => async (platform) => {
      const result = await platform.call('app.rotate-secret', { app });
      // The welcome would show the one that has ended.
      const directory = readSetting(io.environment, 'SCOPEGATE_DATA_DIR');
      if (io.environment.DATABASE_URL === undefined)
        await forgetDemoSecret(directory, result.clientId);
      return { result, advice: KEEP };
    },
  },
};

const FAMILY: Family<Values, AppView | AppViewWithSecret | readonly AppView[]> = {
  name: 'app',
  one: 'an app: its id or client id',
  help: APP_HELP,
  commands: COMMANDS,
  inWords: (result) => ('length' in result ? appsInWords(result) : appInWords(result)),
  inOptions,
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
  return runCommand(FAMILY, values, positionals, io);
}
