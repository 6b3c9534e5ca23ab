import type { Page, SignedOutFacts } from './facts.ts';
import { renderPage } from './page.tsx';

/** Says that nobody is signed in any more. */
export function signedOutPage({ signInPath }: SignedOutFacts): Page {
  return renderPage({
    title: 'Signed out',
    layout: 'narrow',
    children: (
      <>
        <h1>You are signed out</h1>
        <p className="lead">
          Connected apps keep working. On a computer that others use, close this window as well.
        </p>
        <p className="actions">
          <a className="button plain" href={signInPath}>
            Sign in again
          </a>
        </p>
      </>
    ),
  });
}
