import { FIELDS, type Page, type UninstallFacts } from './facts.ts';
import { plainName } from './names.ts';
import { renderPage } from './page.tsx';
import { Form, Logo, Name, needsOfApps, SignedIn } from './parts.tsx';

/** Asks whether to uninstall, and says what that ends. */
export function uninstallPage({ form, person, store, installed, backPath }: UninstallFacts): Page {
  const { app, installation } = installed;
  return renderPage({
    title: `Disconnect ${plainName(app.name)}`,
    layout: 'narrow',
    needs: needsOfApps([app]),
    children: (
      <>
        <Logo app={app} />
        <h1>
          Disconnect <Name of={app.name} />?
        </h1>
        <ul className="plain-list">
          <li>
            It can no longer see or change anything in <Name of={store.name} />, from now on.
          </li>
          <li>It is no longer told when something happens in your store.</li>
          <li>
            What it has copied already stays with{' '}
            {app.publisher === null ? 'whoever publishes it' : <Name of={app.publisher} />}. Ask
            them if you want it deleted.
          </li>
          <li>You can connect it again later. It then asks you for everything anew.</li>
        </ul>
        <Form facts={form} className="actions">
          <input type="hidden" name={FIELDS.installation} value={installation} />
          <a className="button plain" href={backPath}>
            Keep it
          </a>
          <button type="submit" className="danger" name={FIELDS.action} value="uninstall">
            Disconnect
          </button>
        </Form>
        <SignedIn form={form} person={person} />
      </>
    ),
  });
}
