/** An answer as a browser has it: redirects are not followed. */
export interface Seen {
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
  /** Where a redirect leads, as an absolute address. */
  readonly location: string | null;
  /** The address that was asked for. */
  readonly url: string;
}

interface Cookie {
  readonly value: string;
  readonly path: string;
}

export type Fields = readonly (readonly [name: string, value: string])[];

/** What a browser without scripts does with pages: cookies, links and forms. */
export class Browser {
  readonly #cookies = new Map<string, Cookie>();
  /** Sent with every request. */
  readonly headers: Record<string, string>;

  constructor(headers: Record<string, string> = {}) {
    this.headers = headers;
  }

  get cookieNames(): string[] {
    return [...this.#cookies.keys()].map((key) => key.split(' ')[0] ?? '');
  }

  cookie(name: string): string | undefined {
    return [...this.#cookies].find(([key]) => key.startsWith(`${name} `))?.[1].value;
  }

  get cookieValues(): string[] {
    return [...this.#cookies.values()].map(({ value }) => value);
  }

  async get(url: string): Promise<Seen> {
    return this.#send(url, { method: 'GET' });
  }

  async post(url: string, fields: Fields, headers: Record<string, string> = {}): Promise<Seen> {
    const body = new URLSearchParams(fields.map(([name, value]) => [name, value]));
    return this.#send(url, { method: 'POST', body, headers });
  }

  /** Follows redirects as long as they stay on the same server. */
  async follow(seen: Seen): Promise<Seen> {
    let last = seen;
    while (last.location !== null && new URL(last.location).origin === new URL(last.url).origin) {
      last = await this.get(last.location);
    }
    return last;
  }

  /** Sends the form of a page with its token and these fields. */
  async submit(seen: Seen, fields: Fields): Promise<Seen> {
    const { action, csrf } = formOf(seen.html);
    return this.post(new URL(action, seen.url).href, [['csrf', csrf], ...fields]);
  }

  async #send(url: string, init: RequestInit): Promise<Seen> {
    const { pathname } = new URL(url);
    const cookie = [...this.#cookies]
      .filter(([, { path }]) => pathname === path || pathname.startsWith(path.replace(/\/?$/, '/')))
      .map(([key, { value }]) => `${key.split(' ')[0]}=${value}`)
      .join('; ');
    const headers = { ...this.headers, ...(cookie && { cookie }), accept: 'text/html' };
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { ...headers, ...(init.headers as Record<string, string>) },
    });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    const location = response.headers.get('location');
    return {
      status: response.status,
      headers: response.headers,
      html: await response.text(),
      location: location === null ? null : new URL(location, url).href,
      url,
    };
  }

  #keep(line: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const at = pair.indexOf('=');
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    const path = attributes.find((part) => /^path=/i.test(part))?.slice(5) ?? '/';
    const isGone = attributes.some((part) => /^expires=Thu, 01 Jan 1970/i.test(part));
    if (isGone || value === '') this.#cookies.delete(`${name} ${path}`);
    else this.#cookies.set(`${name} ${path}`, { value, path });
  }
}

/** Where the first form of a page goes, and its token. */
export function formOf(html: string): { action: string; csrf: string } {
  const action = /<form[^>]*\baction="([^"]*)"/.exec(html)?.[1];
  const field = /<input[^>]*\bname="csrf"[^>]*>/.exec(html)?.[0] ?? '';
  const csrf = /\bvalue="([^"]*)"/.exec(field)?.[1];
  if (action === undefined || csrf === undefined) throw new Error(`There is no form in: ${html}`);
  return { action: unescaped(action), csrf: unescaped(csrf) };
}

const unescaped = (text: string) =>
  text.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#x27;', "'");

/** Names and states of the checkboxes of a page. */
export function boxesOf(html: string): { scope: string; checked: boolean; disabled: boolean }[] {
  return [...html.matchAll(/<input[^>]*type="checkbox"[^>]*>/g)].map(([tag]) => ({
    scope: /\bvalue="([^"]*)"/.exec(tag)?.[1] ?? '',
    checked: /\bchecked\b/.test(tag),
    disabled: /\bdisabled\b/.test(tag),
  }));
}
