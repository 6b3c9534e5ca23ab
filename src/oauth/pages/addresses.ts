/**
 * An address that an app gave, made safe to follow or to load: https and without user information. Null for
 * every other, so that a script, a file or a disguised host never becomes a link.
 */
export function safeAddress(address: string | null): URL | null {
  if (address === null || !URL.canParse(address)) return null;
  const url = new URL(address);
  const isPlain = url.username === '' && url.password === '';
  return url.protocol === 'https:' && isPlain ? url : null;
}

/** As `safeAddress`, for what also works on the developer's own machine: http on a loopback host. */
export function safeAppAddress(address: string): URL | null {
  const secure = safeAddress(address);
  if (secure !== null || !URL.canParse(address)) return secure;
  const url = new URL(address);
  const isLoopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return url.protocol === 'http:' && isLoopback && url.username === '' && url.password === ''
    ? url
    : null;
}

/**
 * The origin of an address as a source of a Content-Security-Policy. The grammar there has no IPv6 literal, so
 * that such a host is named by its scheme.
 */
export function policySource({ origin, protocol, hostname }: URL): string {
  return hostname.startsWith('[') ? protocol : origin;
}
