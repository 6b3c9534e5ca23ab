import { type AuthorizationCode, errors, Provider } from 'oidc-provider';
import type { OnReuse } from './adapter.ts';

type Find = (
  value: string,
  options?: { readonly ignoreExpiration?: boolean },
) => Promise<(AuthorizationCode & { readonly consumed?: unknown }) | undefined>;

/**
 * Ends everything that came from a code when its app sends it again, however late and with whatever verifier (RFC 6749
 * section 4.1.2): oidc-provider does so only for one that could still have been exchanged. A code that was never used
 * ends nothing.
 */
export function revokeUsedCodes(provider: Provider, onReuse: OnReuse): void {
  const model = provider.AuthorizationCode;
  const find = model.find.bind(model) as Find;
  const findUnused: Find = async (value, options) => {
    const code = await find(value, options);
    const { route, client } = Provider.ctx?.oidc ?? {};
    // Another app cannot have got tokens by it, and so ends none.
    const isItsOwn = route === 'token' && client?.clientId === code?.clientId;
    if (!code?.consumed || !isItsOwn) return code;
    await model.revokeByGrantId(code.grantId ?? '');
    onReuse({ kind: 'AuthorizationCode', clientId: code.clientId });
    throw new errors.InvalidGrant('authorization code already used');
  };
  Object.assign(model, { find: findUnused });
}
