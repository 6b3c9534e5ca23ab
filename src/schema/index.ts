import { PothosSchemaError } from '@pothos/core';
import { builder } from './builder.ts';
import { answerUnknownValues } from './platform-enum.ts';
import { checkCatalogue } from './scope-checks.ts';
import './scalars.ts';
import './node.ts';
import './types/scope.ts';
import './types/store.ts';
import './types/current-app.ts';
import './types/app-scope-mutations.ts';
import './types/product.ts';
import './types/order.ts';
import './types/customer.ts';
import './types/discount.ts';
import './types/policy.ts';
import './types/claim.ts';
import './types/quote.ts';

import './types/customer-mutations.ts';
import './types/claim-mutations.ts';
import './types/claim-decisions.ts';
import './types/order-mutations.ts';
import './types/fulfillment-mutations.ts';
import './types/product-mutations.ts';
import './types/webhook.ts';
import './types/webhook-mutations.ts';

import './types/store-credit-settings.ts';
import './types/widget.ts';
import './types/pricing.ts';
import './types/ab-test.ts';
import './types/analytics.ts';

import './types/widget-mutations.ts';
import './types/pricing-mutations.ts';
import './types/store-credit-mutations.ts';
import './types/ab-test-mutations.ts';

builder.queryType({
  description: 'Everything that can be read. Each field says which scopes it needs.',
});

builder.mutationType({
  description:
    'Everything that can be done. A mutation that needs more than was granted does nothing at all.',
});

const built = answerUnknownValues(builder.toSchema({ sortSchema: true }));

const problems = checkCatalogue(built);
if (problems.length > 0) throw new PothosSchemaError(problems.join('\n'));

/** The whole schema, guarded. It does not build when a field forgets to say who may read it. */
export const schema = built;
