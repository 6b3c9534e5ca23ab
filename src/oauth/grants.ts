import type { Grant, KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Scope } from '../scopes/catalogue.ts';
import type { Installation } from './installations.ts';

/** Where a consent and its tokens belong, which oidc-provider's own facts do not say. */
export interface GrantPlace {
  readonly installationId: string;
  readonly storeId: string;
}

/** Makes oidc-provider store a grant's place with it. */
export function keepGrantPlaces(provider: Provider): void {
  keepInPayload(provider.Grant, ['installationId', 'storeId']);
}

/** A model stores what it lists, and nothing else of what it is given. */
function keepInPayload(model: object, names: readonly string[]): void {
  const inherited: readonly string[] = Reflect.get(model, 'IN_PAYLOAD');
  Object.defineProperty(model, 'IN_PAYLOAD', { get: () => [...inherited, ...names] });
}

export interface NewGrant {
  readonly clientId: string;
  readonly accountId: string;
  readonly installation: Pick<Installation, 'id' | 'storeId'>;
  /** The gateway's identifier as a resource (RFC 8707). */
  readonly resource: string;
  readonly scopes: readonly Scope[];
}

/** Stores a consent: what tokens that come from it may have at most. */
export async function saveGrant(
  provider: Provider,
  { clientId, accountId, installation, resource, scopes }: NewGrant,
): Promise<Grant> {
  const grant = new provider.Grant({ clientId, accountId });
  Object.assign(grant, { installationId: installation.id, storeId: installation.storeId });
  grant.addResourceScope(resource, scopes.join(' '));
  await grant.save();
  return grant;
}

/** The place of a grant; null for one that oidc-provider has just made up and nobody consented to. */
export function placeOfGrant(grant: object | undefined): GrantPlace | null {
  if (grant === undefined) return null;
  const { installationId, storeId } = grant as Record<string, unknown>;
  if (typeof installationId !== 'string' || typeof storeId !== 'string') return null;
  return { installationId, storeId };
}

/** The grant of a running request, if one was loaded. */
export const grantOf = (ctx: KoaContextWithOIDC): Grant | undefined => ctx.oidc.entities.Grant;
