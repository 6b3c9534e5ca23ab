import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import type { Attempts } from './attempts.ts';
import { grantOf, placeOfGrant } from './grants.ts';
import { tooMany } from './too-many.ts';

/**
 * Authorizations that may be begun in one network. Each is a row, and nobody has to be signed in for it. A row is swept
 * three quarters of an hour later at most: in that time two of these hours count, and so there are 1,200 rows of a network.
 */
export const AUTHORIZATIONS = { points: 600, duration: 60 * 60 } as const;

/** Sign in; then consent, unless a consent was found that says it all. What is begun is counted by where it is begun. */
export function interactionPrompts(
  begun: Attempts,
  addressOf: (ctx: KoaContextWithOIDC) => string,
) {
  /** Called when a row is about to be made. One that goes on replaces its own. */
  const count = async (ctx: KoaContextWithOIDC): Promise<undefined> => {
    if (ctx.oidc.route !== 'authorization' || ctx.oidc.prompts.has('none')) return;
    const wait = await begun.count(addressOf(ctx));
    if (wait !== null) {
      const why = 'Too many authorizations were begun from here.';
      throw tooMany(ctx, 'temporarily_unavailable', why, wait);
    }
  };
  const { Check, Prompt, base } = interactionPolicy;
  const prompts = base();
  prompts.clear();
  prompts.add(
    new Prompt(
      { name: 'login' },
      count,
      new Check('no_session', 'a person has to sign in', 'login_required', (ctx) =>
        ctx.oidc.session?.accountId === undefined ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
      ),
    ),
  );
  prompts.add(
    new Prompt(
      { name: 'consent', requestable: true },
      count,
      new Check('not_granted', 'a person has to consent', 'consent_required', (ctx) =>
        placeOfGrant(grantOf(ctx)) === null ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
      ),
    ),
  );
  return prompts;
}
