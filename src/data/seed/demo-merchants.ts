import { DEMO_STORES } from './demo-stores.ts';

/** A person of the demo data, who signs in for one store or more. */
export interface DemoMerchant {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly storeIds: readonly string[];
}

/** What every demo merchant signs in with. It opens demo data alone, on a loopback host. */
export const DEMO_PASSWORD = 'summit-and-pine';

/** Made of the password once: to make it anew at each start would take its time. */
export const DEMO_PASSWORD_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$saJgIkd3m9NPWxgpG2U7cg$3fFZtsS4v6U7kgVsdmJJFURqD6qWvHqjZvmgfLcHXl4';

const [OUTDOOR, HOME, BOOKS, SOUQ] = DEMO_STORES;

/** The people of the demo stores, the same in every run. */
export const DEMO_MERCHANTS = {
  /** Has one store, so that it is never asked which. */
  owner: {
    id: 'mer_6sd0ykq7hwz1v8rj4bnp',
    name: 'Robin Calder',
    email: 'robin@summitandpine.example',
    storeIds: [OUTDOOR.id],
  },
  /** Another person of the same store. */
  colleague: {
    id: 'mer_t2f9mvx5e3ack80qwh7d',
    name: 'Jordan Okafor',
    email: 'jordan@summitandpine.example',
    storeIds: [OUTDOOR.id],
  },
  /** Has several stores. */
  agency: {
    id: 'mer_b7p4zr1nyt6gsx93kcme',
    name: 'Camille Duval',
    email: 'camille@maisonclairval.example',
    storeIds: [HOME.id, BOOKS.id, SOUQ.id],
  },
} as const satisfies Record<string, DemoMerchant>;
