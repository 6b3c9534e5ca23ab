import { errors, type KoaContextWithOIDC } from 'oidc-provider';

/** What is answered where there was too much of something, with the seconds to wait. It is said here, not to the app. */
export function tooMany(
  ctx: KoaContextWithOIDC,
  error: 'slow_down' | 'temporarily_unavailable',
  description: string,
  seconds: number,
): errors.OIDCProviderError {
  ctx.set('retry-after', String(seconds));
  const refusal = new errors.CustomOIDCProviderError(error, description);
  return Object.assign(refusal, { status: 429, statusCode: 429, allow_redirect: false });
}
