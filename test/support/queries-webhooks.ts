import { DEMO_INSTALLATIONS } from '../../src/data/seed/demo-apps.ts';
import { OWNER_ROLE } from '../../src/data/tables/columns.ts';
import type { AsRole } from './gateway.ts';

type Installation = keyof typeof DEMO_INSTALLATIONS;

/** A webhook as it is stored. */
export type StoredWebhook = {
  readonly id: string;
  readonly storeId: string;
  readonly owner: string;
  readonly url: string;
  readonly topics: readonly string[];
  readonly enabled: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly version: number;
};

const DEMO: readonly Installation[] = ['demoInOutdoor', 'demoInHome', 'demoInBooks', 'demoInSouq'];

/** Three webhooks of a client, which no other client has anything in common with. */
export const webhooksOfClient = (installation: Installation): readonly StoredWebhook[] => {
  const { id: owner, storeId } = DEMO_INSTALLATIONS[installation];
  return [1, 2, 3].map((number) => ({
    id: `whk_${owner.slice(4, 23)}${number}`,
    storeId,
    owner,
    url: `https://${installation.toLowerCase()}.hooks.example/${number}`,
    topics: ['order.created'],
    enabled: true,
    createdAt: new Date(Date.UTC(2025, 0, number, 1, 2, 3)),
    updatedAt: new Date(Date.UTC(2025, 1, number, 1, 2, 3)),
    version: number,
  }));
};

/** The webhooks that the demo app has in a store, once they are inserted. */
export const webhooksOfStore = (storeId: string | undefined): readonly StoredWebhook[] =>
  DEMO.filter((name) => DEMO_INSTALLATIONS[name].storeId === storeId).flatMap(webhooksOfClient);

/** Stores webhooks, of which the demo data has none: those of the demo app unless others are named. */
export async function insertWebhooks(
  asRole: AsRole,
  installations: readonly Installation[] = DEMO,
): Promise<void> {
  for (const webhook of installations.flatMap(webhooksOfClient)) {
    const { id, storeId, owner, url, topics, enabled, createdAt, updatedAt, version } = webhook;
    await asRole(OWNER_ROLE, [
      [
        "select set_config('scopegate.store_id', $1, true), set_config('scopegate.owner', $2, true)",
        [storeId, owner],
      ],
      [
        `insert into commerce.webhooks
         (id, store_id, owner, url, topics, enabled, scopes, secret_changed_at, created_at, updated_at, version)
         values ($1, $2, $3, $4, $5, $6, '{read_orders}', $7, $7, $8, $9)`,
        [id, storeId, owner, url, topics, enabled, createdAt, updatedAt, version],
      ],
    ]);
  }
}
