import { safeAppAddress } from './addresses.ts';
import type { OpenAppFacts, Page } from './facts.ts';
import { GateIcon } from './icons.tsx';
import { plainName } from './names.ts';
import { renderPage } from './page.tsx';
import { Name } from './parts.tsx';

/** What a framed app may do in the browser. It cannot take the window, nor ask anything by a browser's dialog. */
const SANDBOX = 'allow-scripts allow-forms allow-same-origin allow-popups allow-downloads';

/** An app inside a frame that stays below a bar of ours, so that a merchant sees where the app begins. */
export function openAppPage({ app, store, frameUrl, backPath }: OpenAppFacts): Page {
  const address = safeAppAddress(frameUrl);
  return renderPage({
    title: plainName(app.name),
    layout: 'frame',
    ...(address && { needs: { frame: address } }),
    children: (
      <>
        <header className="bar">
          <a href={backPath}>
            <GateIcon />
            Connected apps
          </a>
          <h1>
            <Name of={app.name} />
          </h1>
          <span className="quiet">
            <Name of={store.name} />
          </span>
        </header>
        <main>
          {address ? (
            <iframe
              src={address.href}
              title={plainName(app.name)}
              sandbox={SANDBOX}
              referrerPolicy="no-referrer"
            />
          ) : (
            <p className="empty">This app gave no address at which it can be opened.</p>
          )}
        </main>
      </>
    ),
  });
}
