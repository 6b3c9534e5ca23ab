import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import sirv from 'sirv';
import { StartError } from '../errors.ts';

/** GraphiQL as `npm run build` left it: one page and the files it loads. */
export interface Explorer {
  /** The page, to be answered with `headers` where a browser asks for `/graphql`. */
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Answers a GET or HEAD of a file below `/explorer/`; hands everything else to `next`. */
  readonly assets: (request: IncomingMessage, response: ServerResponse, next: () => void) => void;
}

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  // Monaco writes style elements and style attributes and knows no nonce.
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  // Monaco underlines mistakes with an image in a data: URL.
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

// Workers do not inherit the page's policy: they live under the one their own file came with.
const SHARED_HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

const PAGE_HEADERS = {
  ...SHARED_HEADERS,
  'cache-control': 'no-store',
  'content-type': 'text/html; charset=utf-8',
  'cross-origin-opener-policy': 'same-origin',
};

const ASSETS = '/explorer/';
const YEAR_IN_SECONDS = 31_536_000;

/**
 * Reads the built GraphiQL in `directory` once. Throws StartError where it is missing. File names
 * carry a hash of their content, so assets may be cached for ever and the page never.
 */
export function createExplorer(directory: string): Explorer {
  const html = readPage(directory);
  const serve = sirv(directory, {
    extensions: [],
    gzip: true,
    immutable: true,
    maxAge: YEAR_IN_SECONDS,
    setHeaders: (response) => {
      for (const [name, value] of Object.entries(SHARED_HEADERS)) response.setHeader(name, value);
    },
  });
  return {
    html,
    headers: PAGE_HEADERS,
    assets: (request, response, next) => {
      const isRead = request.method === 'GET' || request.method === 'HEAD';
      if (!isRead || !request.url?.startsWith(ASSETS)) return next();
      // sirv throws at a range that ends before it starts; RFC 9110 lets a server ignore ranges.
      delete request.headers.range;
      serve(request, response, next);
    },
  };
}

function readPage(directory: string): string {
  try {
    return readFileSync(join(directory, 'index.html'), 'utf8');
  } catch {
    throw new StartError([`GraphiQL is not built in ${directory}: run npm run build.`]);
  }
}
