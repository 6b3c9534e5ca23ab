import {
  SECRET_ROTATE,
  WEBHOOK_CREATE,
  WEBHOOK_DELETE,
  WEBHOOK_UPDATE,
  webhookCreate,
  webhookDelete,
  webhookSecretRotate,
  webhookUpdate,
} from '../../commands/webhooks.ts';
import { builder } from '../builder.ts';
import { mutation, targetInput, versionIfRead } from '../mutation.ts';
import { EventTopic, Webhook } from './webhook.ts';

const manage = { manage_webhooks: true } as const;

const returned = {
  name: 'webhook',
  type: Webhook,
  batch: 'webhookById',
  authScopes: manage,
  description: 'The webhook as it is now.',
} as const;

const secret = {
  name: 'secret',
  description:
    'What deliveries are signed with, `whsec_` and base64 as Standard Webhooks has it. It is shown here and never again: null for a repeated request.',
};

const VERSION = versionIfRead('a webhook');

const CreateInput = builder.inputType('WebhookCreateInput', {
  description: 'A webhook to create.',
  fields: (t) => ({
    url: t.string({
      required: true,
      description: 'Where deliveries go: an https URL of the public internet.',
    }),
    topics: t.field({
      type: [EventTopic],
      required: true,
      description: 'What it is told of. Each takes the scopes of what it is about.',
    }),
    enabled: t.boolean({
      description: 'Whether anything is delivered; `true` where it is left out.',
    }),
  }),
});

mutation({
  command: webhookCreate,
  description: 'Creates a webhook that belongs to the app.',
  authScopes: manage,
  input: CreateInput,
  shape: WEBHOOK_CREATE,
  returns: returned,
  shownOnce: secret,
  idempotent: true,
});

const UpdateInput = builder.inputType('WebhookUpdateInput', {
  description: 'What to change of a webhook. What is left out stays.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The webhook.' }),
    version: t.int({ description: VERSION }),
    url: t.string({ description: 'Where deliveries go: an https URL of the public internet.' }),
    topics: t.field({
      type: [EventTopic],
      description: 'All that it is told of, instead of what is there.',
    }),
    enabled: t.boolean({ description: 'Whether anything is delivered.' }),
  }),
});

mutation({
  command: webhookUpdate,
  description: "Changes one of the app's own webhooks.",
  authScopes: manage,
  input: UpdateInput,
  shape: WEBHOOK_UPDATE,
  returns: returned,
});

mutation({
  command: webhookDelete,
  description: "Deletes one of the app's own webhooks, and forgets its secrets.",
  authScopes: manage,
  input: targetInput('WebhookDeleteInput', 'delete', 'webhook'),
  shape: WEBHOOK_DELETE,
  returns: null,
});

const RotateInput = builder.inputType('WebhookSecretRotateInput', {
  description: 'Which webhook gets another secret.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The webhook.' }),
    version: t.int({ description: VERSION }),
    revokePrevious: t.boolean({
      description:
        'Whether the old secret ends at once, because somebody else may know it. Else deliveries are signed with both for a day.',
    }),
  }),
});

mutation({
  command: webhookSecretRotate,
  description: 'Gives a webhook another secret.',
  authScopes: manage,
  input: RotateInput,
  shape: SECRET_ROTATE,
  returns: returned,
  shownOnce: secret,
  idempotent: true,
});
