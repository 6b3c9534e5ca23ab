import {
  type Done,
  FIELDS,
  type InstalledAppFacts,
  type InstalledAppsFacts,
  type Page,
} from './facts.ts';
import { DoneIcon } from './icons.tsx';
import { InstalledScopes } from './installed-scopes.tsx';
import { renderPage } from './page.tsx';
import { Ago, Day, Form, Logo, Name, Notice, needsOfApps, SignedIn } from './parts.tsx';
import { ScopeName } from './scope-list.tsx';
import { SCOPE_WORDS } from './scope-words.ts';

/** The apps of a store: what they may do, when they last did, and the ways to stop them. */
export function installedAppsPage(facts: InstalledAppsFacts): Page {
  const { form, person, store, otherStores, apps, done, now } = facts;
  return renderPage({
    title: done ? titleOf(done) : 'Connected apps',
    layout: 'wide',
    needs: needsOfApps(apps.map(({ app }) => app)),
    children: (
      <>
        <h1>
          Apps connected to <Name of={store.name} />
        </h1>
        {done && (
          <Notice tone="good" icon={<DoneIcon />}>
            <DoneText done={done} />
          </Notice>
        )}
        {apps.length === 0 ? (
          <p className="empty">
            No app is connected to this store. When you connect one, you find it here.
          </p>
        ) : (
          <ul className="apps">
            {apps.map((installed) => (
              <li key={installed.installation}>
                <InstalledApp installed={installed} form={form} now={now} />
              </li>
            ))}
          </ul>
        )}
        {otherStores.length > 0 && (
          <Form facts={form} className="other-stores">
            <h2>Your other stores</h2>
            <p>
              {otherStores.map(({ id, name }) => (
                <button key={id} type="submit" className="link" name={FIELDS.store} value={id}>
                  <Name of={name} />
                </button>
              ))}
            </p>
          </Form>
        )}
        <SignedIn form={form} person={person} />
      </>
    ),
  });
}

interface InstalledAppProps {
  readonly installed: InstalledAppFacts;
  readonly form: InstalledAppsFacts['form'];
  readonly now: Date;
}

function InstalledApp({ installed, form, now }: InstalledAppProps) {
  const { app, installation, asksFor, isSuspended } = installed;
  return (
    <article className="app" aria-labelledby={`app-${installation}`}>
      <header>
        <Logo app={app} />
        <div>
          <h2 id={`app-${installation}`}>
            <Name of={app.name} />
          </h2>
          <p className="quiet sentences">
            <span>
              Connected on <Day of={installed.installedAt} />.
            </span>{' '}
            <span>
              {installed.lastUsedAt === null ? (
                'Not used yet.'
              ) : (
                <>
                  Last used <Ago moment={installed.lastUsedAt} now={now} />.
                </>
              )}
            </span>
          </p>
        </div>
      </header>
      {isSuspended && (
        <p className="state">
          <span className="mark paused">Paused by us</span> It can see and change nothing in your
          store for now.
        </p>
      )}
      {asksFor.length > 0 && !isSuspended && (
        <div className="state">
          <p>
            <span className="mark new">Asks for more</span> Open the app to review it. Until then it
            works with what you allowed.
          </p>
          <ul>
            {asksFor.map((scope) => (
              <li key={scope}>
                {SCOPE_WORDS[scope]} <ScopeName of={scope} />
              </li>
            ))}
          </ul>
        </div>
      )}
      <InstalledScopes installed={installed} form={form} />
      <p className="actions">
        <a className="button plain" href={installed.uninstallPath}>
          Disconnect<span className="for-readers"> {<Name of={app.name} />}</span>
        </a>
        {installed.openPath !== null && !isSuspended && (
          <a className="button primary" href={installed.openPath}>
            Open<span className="for-readers"> {<Name of={app.name} />}</span>
          </a>
        )}
      </p>
    </article>
  );
}

function titleOf(done: Done): string {
  return {
    withdrawn: 'Scope taken back',
    uninstalled: 'Disconnected',
    installed: 'Connected',
  }[done.kind];
}

function DoneText({ done }: { readonly done: Done }) {
  switch (done.kind) {
    case 'withdrawn':
      return (
        <p>
          <strong>Taken back:</strong> “{SCOPE_WORDS[done.scope]}” is no longer allowed to{' '}
          <Name of={done.appName} />. It takes effect within seconds.
        </p>
      );
    case 'uninstalled':
      return (
        <p>
          <strong>Disconnected.</strong> <Name of={done.appName} /> can no longer see or change
          anything in this store.
        </p>
      );
    case 'installed':
      return (
        <p>
          <strong>Connected.</strong> <Name of={done.appName} /> may now do what you allowed.
        </p>
      );
  }
}
