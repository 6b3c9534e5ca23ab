import {
  AB_TEST_CREATE,
  AB_TEST_TARGET,
  AB_TEST_UPDATE,
  abTestCreate,
  abTestStart,
  abTestStop,
  abTestUpdate,
} from '../../commands/ab-tests.ts';
import { builder } from '../builder.ts';
import { MoneyInput } from '../money-input.ts';
import { mutation, versionRead } from '../mutation.ts';
import { AbTest, AbTestKind } from './ab-test.ts';
import { Payer } from './policy.ts';
import { widgetFields } from './widget-mutations.ts';

const write = { write_ab_tests: true } as const;

const returned = {
  name: 'abTest',
  type: AbTest,
  batch: 'abTestById',
  authScopes: { write_ab_tests: true, read_ab_tests: true },
  description: 'The test as it is now.',
} as const;

const AbPriceOverridesInput = builder.inputType('AbPriceOverridesInput', {
  description:
    'What a variant changes in the terms of every pricing rule; what is left out stays as the rule has it.',
  fields: (t) => ({
    factor: t.field({
      type: 'Decimal',
      description:
        "The premium as a percentage of the rule's own, from 0 to 10,000: 80 takes a fifth off.",
    }),
    fixed: t.field({
      type: MoneyInput,
      description: 'The premium, whatever the rule says; instead of a factor.',
    }),
    paidBy: t.field({ type: Payer, description: 'Who pays the premium.' }),
  }),
});

const AbWidgetOverridesInput = builder.inputType('AbWidgetOverridesInput', {
  description: 'What a variant changes in a widget; what is left out stays as the widget has it.',
  fields: widgetFields,
});

const AbVariantInput = builder.inputType('AbVariantInput', {
  description: 'One arm of a test.',
  fields: (t) => ({
    key: t.string({
      required: true,
      description:
        'What names it within its test, also in the quotes that it prices: 1 to 64 small letters, digits, `-` and `_`.',
    }),
    name: t.string({ required: true, description: 'What the merchant calls it.' }),
    weight: t.int({
      required: true,
      description: 'Its part of the sessions, of the sum of all weights of the test: 1 to 10,000.',
    }),
    priceOverrides: t.field({
      type: AbPriceOverridesInput,
      description: 'What it changes in prices; only for a test of the price.',
    }),
    widgetOverrides: t.field({
      type: AbWidgetOverridesInput,
      description: 'What it changes in the widget; only for a test of a widget.',
    }),
  }),
});

const VARIANTS = 'The arms, 2 to 20 of them, the control first.';
const VERSION = versionRead('a test');

const AbTestCreateInput = builder.inputType('AbTestCreateInput', {
  description: 'A new test.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'What the merchant calls it.' }),
    kind: t.field({ type: AbTestKind, required: true, description: 'What it varies, for good.' }),
    variants: t.field({ type: [AbVariantInput], required: true, description: VARIANTS }),
  }),
});

mutation({
  command: abTestCreate,
  description: 'Creates a test. It is a draft until it is started.',
  authScopes: write,
  input: AbTestCreateInput,
  shape: AB_TEST_CREATE,
  returns: returned,
  idempotent: true,
});

const AbTestUpdateInput = builder.inputType('AbTestUpdateInput', {
  description: 'What to change of a draft. What is left out stays.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The test.' }),
    version: t.int({ required: true, description: VERSION }),
    name: t.string({ description: 'What the merchant calls it.' }),
    variants: t.field({
      type: [AbVariantInput],
      description: `${VARIANTS} They replace those that are there; one with the same key keeps its id.`,
    }),
  }),
});

mutation({
  command: abTestUpdate,
  description: 'Changes a draft. A test that has begun stays as it is.',
  authScopes: write,
  input: AbTestUpdateInput,
  shape: AB_TEST_UPDATE,
  returns: returned,
});

const AbTestTargetInput = builder.inputType('AbTestTargetInput', {
  description: 'The test to start or stop.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The test.' }),
    version: t.int({ required: true, description: VERSION }),
  }),
});

mutation({
  command: abTestStart,
  description: 'Gives a draft its sessions. One test of each kind can run.',
  authScopes: write,
  input: AbTestTargetInput,
  shape: AB_TEST_TARGET,
  returns: returned,
});

mutation({
  command: abTestStop,
  description: 'Ends a test that runs. It cannot be started again.',
  authScopes: write,
  input: AbTestTargetInput,
  shape: AB_TEST_TARGET,
  returns: returned,
});
