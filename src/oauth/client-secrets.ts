import { type KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Attempts } from './attempts.ts';
import { matchesSecret } from './clients.ts';
import { tooMany } from './too-many.ts';

/** Wrong secrets of one client from one network. */
export const WRONG_SECRETS = { points: 20, duration: 5 * 60 } as const;

/**
 * Makes oidc-provider compare secrets as they are stored, and bounds guessing: after too many wrong ones nothing from that
 * network is taken for the client, the right one neither. A client elsewhere goes on, and a secret that is right costs
 * no look-up; each process tells by the first wrong one that it sees itself.
 */
export function compareSecrets(
  provider: Provider,
  wrong: Attempts,
  addressOf: (ctx: KoaContextWithOIDC) => string,
): void {
  const refuse = (ctx: KoaContextWithOIDC, wait: number | null) => {
    if (wait === null) return;
    throw tooMany(ctx, 'slow_down', 'Too many wrong client secrets were sent from here.', wait);
  };
  Object.assign(provider.Client.prototype, {
    async compareClientSecret(
      this: { readonly clientId: string; readonly clientSecret?: string },
      given: unknown,
    ): Promise<boolean> {
      const { ctx } = Provider;
      if (ctx === undefined) throw new TypeError('A client authenticates within a request.');
      const key = `${this.clientId} ${addressOf(ctx)}`;
      refuse(ctx, wrong.waitOf(key));
      if (matchesSecret(this.clientSecret, given)) return true;
      refuse(ctx, await wrong.count(key));
      return false;
    },
  });
}
