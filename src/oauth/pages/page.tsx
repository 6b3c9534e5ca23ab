import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import type { Page } from './facts.ts';
import { type PageNeeds, pageHeaders } from './headers.ts';
import { GateIcon, ICON_ADDRESS } from './icons.tsx';
import { STYLE } from './style.ts';

export interface PageContent {
  readonly status?: number;
  /** What the window is called, before the name of this server. */
  readonly title: string;
  /** `frame` fills the window; the others are a column in its middle. */
  readonly layout: 'narrow' | 'wide' | 'frame';
  readonly needs?: PageNeeds;
  readonly children: ReactNode;
}

/** A whole page with its headers. It has no script, so that it works everywhere alike. */
export function renderPage({ status = 200, title, layout, needs, children }: PageContent): Page {
  const markup = renderToStaticMarkup(
    <html lang="en" dir="ltr">
      <head>
        <meta charSet="utf-8" />
        <title>{`${title} – scopegate`}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <link rel="icon" href={ICON_ADDRESS} />
        <style>{STYLE}</style>
      </head>
      <body className={layout}>
        {layout === 'frame' ? (
          children
        ) : (
          <>
            <header className="brand">
              <GateIcon />
              scopegate
            </header>
            <main>{children}</main>
          </>
        )}
      </body>
    </html>,
  );
  return { status, headers: pageHeaders(needs), html: `<!doctype html>${markup}` };
}
