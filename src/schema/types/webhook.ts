import type { Row } from '../../data/entities.ts';
import { EVENT_TOPICS } from '../../data/values.ts';
import { builder } from '../builder.ts';
import { lookup } from '../fields.ts';
import { connectionType, list } from '../list.ts';
import { Node } from '../node.ts';
import type { StaticScopes } from '../scope-plugin.ts';
import { VERSION } from './store-settings.ts';

const webhooks = { manage_webhooks: true } as const;

export const EventTopic = builder.enumType('EventTopic', {
  description:
    'Something that happens in a store and can be told to an app. To ask for it takes the scopes of what it is about.',
  values: Object.fromEntries(
    Object.entries<StaticScopes>(EVENT_TOPICS).map(([topic, authScopes]) => [
      topic.replace('.', '_').toUpperCase(),
      { value: topic, description: `Deliveries say \`${topic}\`.`, authScopes },
    ]),
  ),
});

export const Webhook = builder.objectRef<Row<'webhook'>>('Webhook').implement({
  description:
    'An address that is to be told what happens in the store. It belongs to the app that made it, and no other sees it. What happens is recorded; nothing is delivered yet.',
  interfaces: [Node],
  authScopes: webhooks,
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id, beginning with `whk_`.' }),
    url: t.exposeString('url', { description: 'Where deliveries go.' }),
    topics: t.expose('topics', {
      type: [EventTopic],
      description: 'What it is told of, as far as the app may still read that.',
    }),
    enabled: t.exposeBoolean('enabled', { description: 'Whether anything is delivered.' }),
    secretChangedAt: t.expose('secretChangedAt', {
      type: 'DateTime',
      description: 'When its secret was created. The secret itself is never shown again.',
    }),
    version: t.exposeInt('version', { description: VERSION }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
  }),
});

const WebhookConnection = connectionType(Webhook, webhooks);

builder.queryFields((t) => ({
  webhook: t.field({
    type: Webhook,
    nullable: true,
    authScopes: webhooks,
    description: "One of the app's own webhooks by id.",
    args: { id: t.arg.id({ required: true, description: 'The id.' }) },
    ...lookup('webhookById', 'id'),
  }),
  webhooks: t.field({
    nullable: true,
    authScopes: webhooks,
    description: "The app's own webhooks in the store, newest first.",
    ...list(t, {
      type: WebhookConnection,
      batch: 'webhooks',
      parent: null,
      columns: ['createdAt', 'id'],
      direction: 'desc',
    }),
  }),
}));
