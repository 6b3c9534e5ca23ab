import type { ClaimMedia } from '../values.ts';
import { isDecided, isPaid } from './claim-states.ts';
import type { ClaimDraft } from './claims.ts';
import { DAY, MINUTE } from './durations.ts';
import { instant } from './instant.ts';
import {
  CLAIM_MESSAGES,
  MEDIA_DESCRIPTIONS,
  OUTCOME_MESSAGES,
  PLATFORM_AUTHOR,
} from './lists/claim-texts.ts';
import type { ProtectionMaking } from './policies.ts';
import type { Random, Weighted } from './random.ts';
import type { RowOf } from './rows.ts';

type Claim = RowOf<'claims'>;
type Sender = RowOf<'claimMessages'>['sender'];

/** What was decided in states in which nothing was paid; the others are closed. */
const OUTCOMES: Readonly<Partial<Record<Claim['state'], keyof typeof OUTCOME_MESSAGES>>> = {
  APPROVED: 'approved',
  DENIED: 'denied',
};

/** Who speaks in turn; a claim that the store filed begins with the store. */
const TURNS = {
  EXTERNAL: ['CUSTOMER', 'PLATFORM', 'CUSTOMER', 'BRAND', 'PLATFORM', 'CUSTOMER'],
  INTERNAL: ['BRAND', 'PLATFORM', 'BRAND', 'CUSTOMER', 'PLATFORM', 'CUSTOMER'],
} as const;

const COUNTS: Weighted<number> = [
  [0, 14],
  [1, 18],
  [2, 24],
  [3, 20],
  [4, 12],
  [5, 7],
  [6, 5],
];

/** Fills in what was said about a claim before it was settled; the claim is updated by the last of it. */
export function fillMessages(making: ProtectionMaking, draft: ClaimDraft): void {
  const { rows, random, now } = making;
  const { claim, settledAt } = draft;
  const senders = sendersOf(random, claim);
  const start = claim.createdAt.getTime() + 2 * MINUTE;
  const settled = isDecided(claim.state);
  const end = settled ? settledAt.getTime() : Math.min(start + 9 * DAY, now - MINUTE);
  const times = senders
    .map(() => random.between(start, Math.max(start, end - MINUTE)))
    .sort((one, other) => one - other);
  const turns = { CUSTOMER: 0, BRAND: 0, PLATFORM: 0 };
  senders.forEach((sender, index) => {
    const outcome = sender === 'PLATFORM' && settled && index === senders.length - 1;
    const body = outcome ? outcomeOf(random, claim) : said(random, sender, turns[sender]);
    turns[sender] += 1;
    rows.claimMessages.push({
      ...{ id: random.id('msg'), storeId: claim.storeId, claimId: claim.id },
      sender,
      authorName: authorOf(making, sender, claim),
      body,
      media: sender === 'CUSTOMER' ? mediaOf(making) : [],
      createdAt: instant(random, times[index] ?? start),
    });
  });
  const last = rows.claimMessages.at(-1);
  if (last?.claimId === claim.id && last.createdAt > claim.updatedAt) {
    claim.updatedAt = last.createdAt;
  }
}

function sendersOf(random: Random, { state, filedFrom }: Claim): readonly Sender[] {
  const drawn = random.weighted(COUNTS);
  const waiting = state === 'COMMUNICATING' || state.startsWith('WAITING');
  const count = state === 'NEW' ? Math.min(drawn, 1) : waiting ? Math.max(drawn, 2) : drawn;
  return TURNS[filedFrom].slice(0, count);
}

function said(random: Random, sender: Sender, turn: number): string {
  const turns: readonly (readonly string[])[] = CLAIM_MESSAGES[sender];
  return random.pick(turns[Math.min(turn, turns.length - 1)] ?? []);
}

function outcomeOf(random: Random, { state }: Claim): string {
  const outcome = isPaid(state) ? 'paid' : (OUTCOMES[state] ?? 'closed');
  return random.pick<string>(OUTCOME_MESSAGES[outcome]);
}

function authorOf({ profile }: ProtectionMaking, sender: Sender, claim: Claim): string | null {
  if (sender === 'CUSTOMER') return claim.authorName ?? null;
  return sender === 'BRAND' ? `${profile.store.name} care team` : PLATFORM_AUTHOR;
}

function mediaOf({ profile, random }: ProtectionMaking): readonly ClaimMedia[] {
  const count = random.weighted([
    [0, 45],
    [1, 30],
    [2, 18],
    [3, 7],
  ]);
  return Array.from({ length: count }, () => {
    const [extension, contentType] = random.weighted([
      [['jpg', 'image/jpeg'], 80],
      [['mp4', 'video/mp4'], 12],
      [['pdf', 'application/pdf'], 8],
    ] as const);
    const name = random.code(12).toLowerCase();
    return {
      url: `https://${profile.store.domain}/claims/media/${name}.${extension}`,
      contentType,
      description: random.pick(MEDIA_DESCRIPTIONS),
    };
  });
}
