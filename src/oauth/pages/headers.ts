import { createHash } from 'node:crypto';
import { policySource } from './addresses.ts';
import { STYLE } from './style.ts';

const STYLE_HASH = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

export interface PageNeeds {
  /** Where a form's answer may lead besides this server: Chromium asks the policy at each redirect. */
  readonly formTargets?: readonly URL[];
  /** Pictures that the page shows. */
  readonly images?: readonly URL[];
  /** What the page shows in a frame. */
  readonly frame?: URL;
}

/**
 * The headers of a page: no script at all, the one stylesheet by its hash, nothing loaded or sent but what the page
 * needs, shown in nobody's frame, kept in no cache, its address told to nobody.
 *
 * `no-referrer` makes browsers send `Origin: null` with its forms, so that Origin cannot tell a form of this server
 * from another's; their token can. There is no Cross-Origin-Opener-Policy, which would cut an app that opened
 * the page in a window off from the window that comes back.
 */
export function pageHeaders(needs: PageNeeds = {}): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'none'",
    `style-src ${STYLE_HASH}`,
    `img-src ${sources('data:', needs.images)}`,
    `form-action ${sources("'self'", needs.formTargets)}`,
    ...(needs.frame ? [`frame-src ${policySource(needs.frame)}`] : []),
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ];
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy.join('; '),
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-resource-policy': 'same-origin',
  };
}

const sources = (own: string, others: readonly URL[] = []) =>
  [...new Set([own, ...others.map(policySource)])].join(' ');
