import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  abTestCreate,
  abTestStart,
  abTestStop,
  abTestUpdate,
} from '../../src/commands/ab-tests.ts';
import { type Command, executeCommand } from '../../src/commands/command.ts';
import {
  extendedWarrantyPricingUpdate,
  shippingInsurancePricingUpdate,
  warrantyPricingUpdate,
} from '../../src/commands/pricing.ts';
import { storeCreditSettingsUpdate } from '../../src/commands/store-credit.ts';
import { cartWidgetUpdate, checkoutWidgetUpdate } from '../../src/commands/widgets.ts';
import { SCOPES, type Scope } from '../../src/scopes/catalogue.ts';
import { ScopeSet } from '../../src/scopes/scope-set.ts';
import { principalOf } from '../schema/kit.ts';
import { openTestDatabase, STORE, type TestDatabase } from '../support/gateway.ts';
import { everything } from './settings-kit.ts';

/** Each command with its scope, and an input that would do something. */
const COMMANDS: readonly (readonly [Command<never>, Scope, object])[] = [
  [cartWidgetUpdate, 'write_widget_cart', { version: 1, enabled: false }],
  [checkoutWidgetUpdate, 'write_widget_checkout', { version: 1, enabled: false }],
  [
    shippingInsurancePricingUpdate,
    'write_shipping_insurance_pricing',
    { version: 1, enabled: false },
  ],
  [warrantyPricingUpdate, 'write_warranty_pricing', { version: 1, enabled: false }],
  [
    extendedWarrantyPricingUpdate,
    'write_extended_warranty_pricing',
    { version: 1, enabled: false },
  ],
  [storeCreditSettingsUpdate, 'write_store_credit_settings', { version: 1, enabled: false }],
  [abTestCreate, 'write_ab_tests', { name: 'x', kind: 'PRICE', variants: [] }],
  [abTestUpdate, 'write_ab_tests', { id: 'abt_1', version: 1, name: 'x' }],
  [abTestStart, 'write_ab_tests', { id: 'abt_1', version: 1 }],
  [abTestStop, 'write_ab_tests', { id: 'abt_1', version: 1 }],
];

let test: TestDatabase;
beforeAll(async () => {
  test = await openTestDatabase('postgres');
});
afterAll(async () => {
  await test.database.close();
  await test.drop();
});

describe('a command that the plan should have kept away', () => {
  it.each(
    COMMANDS.map(([command, scope, input]) => [command.name, scope, command, input] as const),
  )(
    '%s does nothing without %s, whatever else was granted',
    async (_name, scope, command, input) => {
      const others = SCOPES.map(({ name }) => name).filter((name) => name !== scope);
      const before = await everything(test);
      const request = {
        command: command as Command<object>,
        input,
        idempotencyKey: 'k',
        principal: { ...principalOf(STORE.id), grantedScopes: ScopeSet.of(others) },
        now: new Date('2026-11-22T03:00:00Z'),
        requestId: null,
      };
      await expect(executeCommand(test.database.writer, request)).rejects.toMatchObject({
        code: 'INSUFFICIENT_SCOPE',
        message: `Writing this needs ${scope}.`,
      });
      expect(await everything(test)).toBe(before);
    },
  );
});
