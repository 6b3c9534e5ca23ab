import { isScope, type Scope } from '../scopes/catalogue.ts';
import { isApproved } from '../token/app-directory.ts';
import { type AppRecord, requiredScopes, usableScopes } from './app-records.ts';
import type { Installation } from './installations.ts';
import type { AppFacts, AskedScope } from './pages/facts.ts';

/** What a consent page offers: everything that the app would have from then on. */
export interface Offer {
  readonly scopes: readonly AskedScope[];
  /** Granted before, and not on offer any more: the app may not use it now, or has given it up itself. */
  readonly lost: readonly Scope[];
}

/**
 * What to offer a merchant when an app asks: what it asks for, what it cannot be installed without, and what it was
 * granted before and still declares, so that the answer is the whole grant and nothing is lost by asking for more.
 */
export function offerOf(
  app: AppRecord,
  asked: readonly Scope[],
  before: Installation | null,
): Offer {
  const required = requiredScopes(app);
  const kept = before?.granted ?? [];
  const usable = usableScopes(app);
  const offered = usable.filter(
    (scope) => asked.includes(scope) || required.includes(scope) || kept.includes(scope),
  );
  const lastTime = (scope: Scope): AskedScope['lastTime'] => {
    if (before === null) return null;
    if (before.granted.includes(scope)) return 'granted';
    return before.reviewed.includes(scope) ? 'declined' : 'not-asked';
  };
  return {
    scopes: offered.map((name) => ({
      name,
      isRequired: required.includes(name),
      lastTime: lastTime(name),
    })),
    lost: kept.filter(isScope).filter((scope) => !offered.includes(scope)),
  };
}

/** What a form's answer grants: the required ones, and the optional ones that are ticked; null for one not offered. */
export function grantedBy(offer: Offer, ticked: readonly string[]): Scope[] | null {
  const names: readonly string[] = offer.scopes.map(({ name }) => name);
  if (ticked.some((name) => !names.includes(name))) return null;
  return offer.scopes.flatMap(({ name, isRequired }) =>
    isRequired || ticked.includes(name) ? [name] : [],
  );
}

/** What an offer says, as text: a form is good only for the offer that was shown. */
export const textOfOffer = ({ scopes }: Offer): string =>
  scopes.map(({ name, isRequired }) => `${name} ${isRequired}`).join(',');

/**
 * Whether a consent from before answers a request, so that nobody has to be asked. A request that names its scopes is
 * answered by it when all of them are granted; one that names none, when the merchant has decided about all that the
 * app declares, also where the decision was no. The app could get the same token by itself (client credentials), so
 * that nothing is widened.
 */
export function isAnswered(
  app: AppRecord,
  installation: Installation,
  asked: readonly Scope[],
  namesScopes: boolean,
): boolean {
  const isGranted = (scope: string) => installation.granted.includes(scope);
  if (!requiredScopes(app).every(isGranted)) return false;
  if (namesScopes) return asked.every(isGranted);
  return usableScopes(app).every(
    (scope) => isGranted(scope) || installation.reviewed.includes(scope),
  );
}

/** The app as pages show it. */
export const factsOfApp = (app: AppRecord): AppFacts => ({
  name: app.name,
  logoUrl: app.logoUrl,
  privacyPolicyUrl: app.privacyPolicyUrl,
  publisher: app.publisher,
  visibility: app.visibility,
  isApproved: isApproved(app),
});
