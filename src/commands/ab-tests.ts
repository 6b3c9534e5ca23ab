import { eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import { abTests, abVariants } from '../data/tables/ab-tests.ts';
import { AB_TEST_KINDS } from '../data/values.ts';
import { misfit, VARIANTS, type VariantInput } from './ab-variants.ts';
import { changeRow, given, lockRow } from './changes.ts';
import { type Command, refuse, type Work } from './command.ts';
import { readPriceOverrides } from './price-overrides.ts';
import { id, keptUnlessGiven, requiredVersion, text } from './shapes.ts';
import { requireStoreCurrency } from './store-currency.ts';
import { guardWrite } from './store-settings.ts';

type Kind = (typeof AB_TEST_KINDS)[number];
type AbTest = typeof abTests.$inferSelect;

const name = text(255).min(1, 'It cannot be empty.');

export const AB_TEST_CREATE = z.object({ name, kind: z.enum(AB_TEST_KINDS), variants: VARIANTS });

/** Makes a draft. It gets no sessions until it is started. */
export const abTestCreate: Command<z.infer<typeof AB_TEST_CREATE>> = {
  name: 'abTestCreate',
  async run({ name, kind, variants }, work) {
    guardWrite(work, 'write_ab_tests');
    await requireFit(work, kind, variants);
    const { transaction, storeId, now } = work;
    const test = { id: work.newId('abt'), storeId, kind };
    const [row] = await transaction
      .insert(abTests)
      .values({ ...test, name, status: 'DRAFT', createdAt: now, updatedAt: now })
      .returning({ version: abTests.version });
    if (row === undefined) throw new TypeError(`${test.id} was written and is not there.`);
    await insertVariants(work, test, variants, new Map());
    work.emit('ab_test.created', test.id);
    return { id: test.id, version: row.version };
  },
};

const TARGET = { id, version: requiredVersion };

export const AB_TEST_UPDATE = z.object({
  ...TARGET,
  name: keptUnlessGiven(name),
  variants: keptUnlessGiven(VARIANTS),
});

/** Changes a draft. What a test varies stays, and a variant with the same key keeps its id. */
export const abTestUpdate: Command<z.infer<typeof AB_TEST_UPDATE>> = {
  name: 'abTestUpdate',
  async run(input, work) {
    const test = await lockTest(work, input, 'DRAFT', 'Only a draft can be changed');
    const { variants } = input;
    if (variants) {
      await requireFit(work, test.kind, variants);
      const { transaction } = work;
      const old = await transaction
        .delete(abVariants)
        .where(eq(abVariants.testId, test.id))
        .returning({ id: abVariants.id, key: abVariants.key });
      await insertVariants(work, test, variants, new Map(old.map(({ id, key }) => [key, id])));
    }
    const version = await changeRow(work, abTests, test.id, given(input, 'name'));
    work.emit('ab_test.updated', test.id);
    return { id: test.id, version };
  },
};

export const AB_TEST_TARGET = z.object(TARGET);

type Target = z.infer<typeof AB_TEST_TARGET>;

/** Gives a draft its sessions. Of the tests of a kind in a store one runs: the database keeps a second one out. */
export const abTestStart: Command<Target> = {
  name: 'abTestStart',
  async run(input, work) {
    const test = await lockTest(work, input, 'DRAFT', 'Only a draft can be started');
    await requireReady(work, test);
    const changes = { status: 'RUNNING', startedAt: work.now };
    const version = await changeRow(work, abTests, test.id, changes).catch(refuseSecond);
    work.emit('ab_test.started', test.id);
    return { id: test.id, version };
  },
};

/** Ends a test for good. */
export const abTestStop: Command<Target> = {
  name: 'abTestStop',
  async run(input, work) {
    const test = await lockTest(work, input, 'RUNNING', 'Only a test that runs can be stopped');
    const version = await changeRow(work, abTests, test.id, {
      status: 'STOPPED',
      // Never before it began: the gateway that started it may have another clock.
      stoppedAt: sql`greatest(${abTests.startedAt}, ${work.now.toISOString()}::timestamptz)`,
    });
    work.emit('ab_test.stopped', test.id);
    return { id: test.id, version };
  },
};

/**
 * A test in the state that a change of it takes, locked.
 *
 * @throws Refused as `lockRow` does; NOT_ALLOWED in another state, which is named to a token that may read it.
 */
async function lockTest(
  work: Work,
  target: Target,
  status: AbTest['status'],
  rule: string,
): Promise<AbTest> {
  guardWrite(work, 'write_ab_tests');
  const test = await lockRow(work, abTests, target);
  if (test.status === status) return test;
  const state = work.grantedScopes.has('read_ab_tests') ? `; this one is ${test.status}` : '';
  refuse('NOT_ALLOWED', 'input.id', `${rule}${state}.`);
}

async function requireFit(work: Work, kind: Kind, variants: readonly VariantInput[]) {
  const index = misfit(variants, kind);
  if (index >= 0) {
    refuse(
      'INVALID',
      `input.variants.${index}`,
      'A variant of a price test takes priceOverrides, one of a test of a widget takes widgetOverrides.',
    );
  }
  for (const [index, { priceOverrides }] of variants.entries()) {
    const currency = priceOverrides?.fixed?.currency;
    const field = `input.variants.${index}.priceOverrides.fixed.currencyCode`;
    if (currency !== undefined) await requireStoreCurrency(work, currency, field);
  }
}

async function insertVariants(
  { transaction, storeId, newId }: Work,
  test: Pick<AbTest, 'id' | 'kind'>,
  variants: readonly VariantInput[],
  ids: ReadonlyMap<string, string>,
): Promise<void> {
  await transaction.insert(abVariants).values(
    variants.map(({ key, name, weight, priceOverrides, widgetOverrides }, position) => ({
      id: ids.get(key) ?? newId('abv'),
      storeId,
      testId: test.id,
      kind: test.kind,
      position,
      key,
      name,
      weight,
      overrides: priceOverrides ?? widgetOverrides ?? {},
    })),
  );
}

/** A draft may have been made past these commands: what quotes could not read must not begin to run. */
async function requireReady({ transaction }: Work, { id, kind }: AbTest): Promise<void> {
  const variants = await transaction
    .select({ overrides: abVariants.overrides })
    .from(abVariants)
    .where(eq(abVariants.testId, id));
  if (variants.length < 2) refuse('NOT_ALLOWED', 'input.id', 'A test has at least two variants.');
  if (kind !== 'PRICE') return;
  if (variants.some(({ overrides }) => readPriceOverrides(overrides) === null)) {
    refuse('NOT_ALLOWED', 'input.id', 'The overrides of a variant are no price.');
  }
}

/** The unique index makes a start that runs at the same time wait for the first one's end, and then refuses it. */
function refuseSecond(thrown: unknown): never {
  const cause = thrown instanceof Error && thrown.cause ? thrown.cause : thrown;
  const { code, constraint } = cause as { readonly code?: unknown; readonly constraint?: unknown };
  if (code !== '23505' || constraint !== 'ab_tests_running') throw thrown;
  refuse('CONFLICT', 'input.id', 'One test of a kind runs at a time. Stop the other one first.');
}
