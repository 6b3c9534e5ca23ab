import type { Row } from '../../data/entities.ts';
import { PLATFORMS } from '../../data/values.ts';
import { builder } from '../builder.ts';
import { edge, ofStore } from '../fields.ts';
import { Node } from '../node.ts';
import { platformEnum } from '../platform-enum.ts';
import { ClaimSettings, StoreSettings } from './store-settings.ts';

export const Platform = platformEnum('Platform', {
  description: 'The commerce platform that a store runs on.',
  values: PLATFORMS,
});

const store = { read_store: true } as const;

export const Store = builder.objectRef<Row<'store'>>('Store').implement({
  description:
    "A merchant's store. Its id and name come with any token of the store; everything else needs `read_store`.",
  interfaces: [Node],
  authScopes: { authenticated: true },
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id, beginning with `sto_`.' }),
    name: t.exposeString('name', { description: 'The name that shoppers know.' }),
    domain: t.exposeString('domain', {
      nullable: true,
      authScopes: store,
      description: 'The domain that the store sells under.',
    }),
    platform: t.expose('platform', {
      type: Platform,
      nullable: true,
      authScopes: store,
      description: 'The commerce platform that the store runs on.',
    }),
    currency: t.expose('currency', {
      type: 'CurrencyCode',
      nullable: true,
      authScopes: store,
      description: 'The currency that the store reports in.',
    }),
    timezone: t.exposeString('timezone', {
      nullable: true,
      authScopes: store,
      description: 'The time zone of the store, by its IANA name.',
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      nullable: true,
      authScopes: store,
      description: 'When the store was connected.',
    }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      nullable: true,
      authScopes: store,
      description: 'When its configuration last changed.',
    }),
    settings: t.field({
      type: StoreSettings,
      nullable: true,
      authScopes: store,
      description: 'How the store offers protection; null where it was never set up.',
      ...edge('settingsByStore', 'id'),
    }),
    claimSettings: t.field({
      type: ClaimSettings,
      nullable: true,
      authScopes: store,
      description: 'What the store asks of claims; null where it was never set up.',
      ...edge('claimSettingsByStore', 'id'),
    }),
  }),
});

builder.queryField('store', (t) =>
  t.field({
    type: Store,
    nullable: true,
    authScopes: { authenticated: true },
    description: 'The store that the token belongs to.',
    ...ofStore('storeById'),
  }),
);
