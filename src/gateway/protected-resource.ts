import { SCOPES } from '../scopes/catalogue.ts';

/** Where the metadata of a resource without a path is found (RFC 9728 section 3). */
export const RESOURCE_METADATA_PATH = '/.well-known/oauth-protected-resource';

/**
 * What a client can learn about this gateway before it has a token (RFC 9728 section 2). `isServer` says whether the
 * gateway is an authorization server itself, under its own address.
 */
export function protectedResourceMetadata(
  publicUrl: string,
  issuers: readonly string[],
  isServer = false,
) {
  // An authorization server is found by an https address; others cannot be looked up by a client.
  const others = issuers.filter((issuer) => issuer.startsWith('https://'));
  const servers = isServer ? [publicUrl, ...others] : others;
  return {
    resource: publicUrl,
    resource_name: 'scopegate',
    // RFC 9728 section 3.2: a parameter without values is left out.
    ...(servers.length > 0 && { authorization_servers: servers }),
    scopes_supported: SCOPES.map(({ name }) => name),
    bearer_methods_supported: ['header'],
  };
}
