import * as z from 'zod';
import type { System } from '../data/system.ts';
import { AppError } from '../errors.ts';
import type { AppRecord } from '../oauth/app-records.ts';
import { APP_CHANGES, APP_DRAFT, parseShape } from '../oauth/app-shapes.ts';
import {
  type AppWithSecret,
  approveApp,
  changeApp,
  getApp,
  listApps,
  registerApp,
  rejectApp,
  rotateSecret,
  submitForReview,
  suspendApp,
} from '../oauth/apps.ts';
import {
  addStore,
  disableMerchant,
  enableMerchant,
  listMerchants,
  MERCHANT_DRAFT,
  MERCHANT_PASSWORD,
  type MerchantRecord,
  type MerchantWithPassword,
  registerMerchant,
  removeStore,
  setPassword,
} from '../oauth/merchants.ts';
import {
  listStores,
  registerStore,
  STORE_DRAFT,
  type StoreRecord,
} from '../oauth/registered-stores.ts';

/** What operations work on. */
export interface Platform {
  readonly system: System;
  readonly clock: () => Date;
}

/** An app as JSON. */
export type AppView = Omit<AppRecord, 'createdAt' | 'updatedAt'> & {
  readonly createdAt: string;
  readonly updatedAt: string;
};

/** An app whose secret was just made. */
export type AppViewWithSecret = AppView & { readonly clientSecret: string };

/** A merchant's account as JSON. */
export type MerchantView = Omit<MerchantRecord, 'disabledAt' | 'createdAt' | 'updatedAt'> & {
  readonly disabledAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
};

/** An account with the password that was made for it; null where one was given. */
export type MerchantViewWithPassword = MerchantView & { readonly password: string | null };

/** A store as JSON. */
export type StoreView = Omit<StoreRecord, 'createdAt' | 'updatedAt'> & {
  readonly createdAt: string;
  readonly updatedAt: string;
};

/**
 * Something the platform has done, by whichever process holds the database. Input and result are JSON, as they may
 * go through a socket.
 */
interface Operation<Shape extends z.ZodType, Result> {
  readonly shape: Shape;
  readonly run: (platform: Platform, input: z.output<Shape>) => Promise<Result>;
}

const operation = <Shape extends z.ZodType, Result>(
  shape: Shape,
  run: (platform: Platform, input: z.output<Shape>) => Promise<Result>,
): Operation<Shape, Result> => ({ shape, run });

const THE_APP = z.strictObject({ app: z.string().min(1) });

const THE_APP_AND_WHY = THE_APP.extend({
  note: z
    .string()
    .trim()
    .min(1, 'It has at least one character.')
    .max(1_000, 'It has at most 1000 characters.'),
});

const THE_MERCHANT = z.strictObject({ merchant: z.string().min(1) });

const THE_MERCHANT_AND_STORE = THE_MERCHANT.extend({ store: z.string().min(1) });

/** Every operation there is, by the name it is called by. */
export const OPERATIONS = {
  'app.create': operation(APP_DRAFT, async ({ system, clock }, draft) =>
    withSecret(await registerApp(system, draft, clock())),
  ),
  'app.list': operation(z.strictObject({}), async ({ system }) =>
    (await listApps(system)).map(viewOf),
  ),
  'app.show': operation(THE_APP, async ({ system }, { app }) => viewOf(await getApp(system, app))),
  'app.change': operation(
    z.strictObject({ app: z.string().min(1), changes: APP_CHANGES }),
    async ({ system, clock }, { app, changes }) =>
      viewOf(await changeApp(system, app, changes, clock())),
  ),
  'app.review': operation(THE_APP, async ({ system, clock }, { app }) => {
    const found = await getApp(system, app);
    const isAsked = found.visibility === 'PUBLIC' && found.review === 'PENDING';
    return viewOf(isAsked ? found : await submitForReview(system, app, clock()));
  }),
  'app.approve': operation(THE_APP, async ({ system, clock }, { app }) =>
    viewOf(await approveApp(system, app, clock())),
  ),
  'app.reject': operation(THE_APP_AND_WHY, async ({ system, clock }, { app, note }) =>
    viewOf(await rejectApp(system, app, note, clock())),
  ),
  'app.suspend': operation(THE_APP_AND_WHY, async ({ system, clock }, { app, note }) =>
    viewOf(await suspendApp(system, app, note, clock())),
  ),
  'app.rotate-secret': operation(THE_APP, async ({ system, clock }, { app }) =>
    withSecret(await rotateSecret(system, app, clock())),
  ),
  'merchant.create': operation(MERCHANT_DRAFT, async ({ system, clock }, draft) =>
    withPassword(await registerMerchant(system, draft, clock())),
  ),
  'merchant.list': operation(z.strictObject({}), async ({ system }) =>
    (await listMerchants(system)).map(personOf),
  ),
  'merchant.set-password': operation(
    THE_MERCHANT.extend({ password: MERCHANT_PASSWORD }),
    async ({ system, clock }, { merchant, password }) =>
      withPassword(await setPassword(system, merchant, password, clock())),
  ),
  'merchant.add-store': operation(
    THE_MERCHANT_AND_STORE,
    async ({ system, clock }, { merchant, store }) =>
      personOf(await addStore(system, merchant, store, clock())),
  ),
  'merchant.remove-store': operation(
    THE_MERCHANT_AND_STORE,
    async ({ system, clock }, { merchant, store }) =>
      personOf(await removeStore(system, merchant, store, clock())),
  ),
  'merchant.disable': operation(THE_MERCHANT, async ({ system, clock }, { merchant }) =>
    personOf(await disableMerchant(system, merchant, clock())),
  ),
  'merchant.enable': operation(THE_MERCHANT, async ({ system, clock }, { merchant }) =>
    personOf(await enableMerchant(system, merchant, clock())),
  ),
  'store.create': operation(STORE_DRAFT, async ({ system, clock }, draft) =>
    storeOf(await registerStore(system, draft, clock())),
  ),
  'store.list': operation(z.strictObject({}), async ({ system }) =>
    (await listStores(system)).map(storeOf),
  ),
};

type Operations = typeof OPERATIONS;

export type OperationName = keyof Operations;

export type OperationInput<Name extends OperationName> = z.input<Operations[Name]['shape']>;

export type OperationResult<Name extends OperationName> = Awaited<
  ReturnType<Operations[Name]['run']>
>;

/**
 * Does what an operation says, here. Nothing is known yet of its name and its input.
 *
 * @throws AppError NOT_FOUND, INVALID_INPUT and what the operation throws.
 */
export async function perform(platform: Platform, name: string, input: unknown): Promise<unknown> {
  const found = Object.entries<Operation<z.ZodType, unknown>>(OPERATIONS).find(
    ([known]) => known === name,
  );
  if (found === undefined) {
    throw new AppError(
      'NOT_FOUND',
      `This gateway knows no operation "${name}". Is it of another version than the command?`,
    );
  }
  const [, { shape, run }] = found;
  return run(platform, parseShape(shape, input));
}

const viewOf = (app: AppRecord): AppView => ({
  ...app,
  createdAt: app.createdAt.toISOString(),
  updatedAt: app.updatedAt.toISOString(),
});

const withSecret = ({ app, clientSecret }: AppWithSecret): AppViewWithSecret => ({
  ...viewOf(app),
  clientSecret,
});

const personOf = (merchant: MerchantRecord): MerchantView => ({
  ...merchant,
  disabledAt: merchant.disabledAt?.toISOString() ?? null,
  createdAt: merchant.createdAt.toISOString(),
  updatedAt: merchant.updatedAt.toISOString(),
});

const withPassword = ({ merchant, password }: MerchantWithPassword): MerchantViewWithPassword => ({
  ...personOf(merchant),
  password,
});

const storeOf = (store: StoreRecord): StoreView => ({
  ...store,
  createdAt: store.createdAt.toISOString(),
  updatedAt: store.updatedAt.toISOString(),
});
