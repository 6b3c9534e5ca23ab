/** Where the authorization server answers. Everything below `/oauth/` and `/merchant/` is for people. */
export const PATHS = {
  authorize: '/oauth/authorize',
  interaction: '/oauth/interaction',
  token: '/v1/oauth/token',
  revoke: '/v1/oauth/revoke',
  introspect: '/v1/oauth/introspect',
  jwks: '/v1/oauth/jwks',
  verifySession: '/v1/oauth/session/verify',
  metadata: '/.well-known/oauth-authorization-server',
  merchantApps: '/merchant/apps',
} as const;
