import type { Session } from './source.ts';

/** The settings by which policies bound a transaction, with their values. Without a session nothing is in sight. */
export function settingsOf(
  session: Session | null,
): readonly (readonly [name: string, value: string])[] {
  return [
    ['scopegate.store_id', session?.storeId ?? ''],
    ['scopegate.orders_since', sinceOf(session)],
    ['scopegate.installation_id', session?.installationId ?? ''],
    ['scopegate.owner', session?.owner ?? ''],
  ];
}

/** The window's start; the empty text, which no row is after, without a session. */
function sinceOf(session: Session | null): string {
  if (session === null) return '';
  return session.ordersSince?.toISOString() ?? '-infinity';
}
