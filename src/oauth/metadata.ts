import { SCOPES } from '../scopes/catalogue.ts';
import { PATHS } from './paths.ts';

/** What a client can learn about this authorization server (RFC 8414 section 2). */
export function authorizationServerMetadata(issuer: string) {
  const methods = ['client_secret_basic', 'client_secret_post'];
  return {
    issuer,
    authorization_endpoint: `${issuer}${PATHS.authorize}`,
    token_endpoint: `${issuer}${PATHS.token}`,
    revocation_endpoint: `${issuer}${PATHS.revoke}`,
    introspection_endpoint: `${issuer}${PATHS.introspect}`,
    jwks_uri: `${issuer}${PATHS.jwks}`,
    scopes_supported: SCOPES.map(({ name }) => name),
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
    token_endpoint_auth_methods_supported: methods,
    revocation_endpoint_auth_methods_supported: methods,
    introspection_endpoint_auth_methods_supported: methods,
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    protected_resources: [issuer],
  };
}
