import type { ErrorFacts, Page } from './facts.ts';
import { renderPage } from './page.tsx';

interface Words {
  readonly title: string;
  /** What it means, and what to do. */
  readonly text: string;
}

const APPS_MISTAKE =
  'Nothing was allowed and nothing has changed. The app made a mistake when it sent you here; only those who publish it can mend that. Tell them what is written below.';

const WORDS: Readonly<Record<string, Words>> = {
  invalid_client: { title: 'We do not know this app', text: APPS_MISTAKE },
  invalid_redirect_uri: {
    title: 'This app may not send you where it wants to',
    text: APPS_MISTAKE,
  },
  invalid_request: {
    title: 'This cannot be understood',
    text: 'Nothing was allowed and nothing has changed. If a page of ours sent you here, go back, load it again and repeat what you did. If an app did, only those who publish it can mend that: tell them what is written below.',
  },
  invalid_scope: { title: 'The app asks for something it may not have', text: APPS_MISTAKE },
  access_denied: {
    title: 'That is not for you to open',
    text: 'Your account does not reach this store or this app. Sign in as somebody who does, or ask whoever looks after your store’s account.',
  },
  expired: {
    title: 'This page is too old',
    text: 'Nothing was allowed and nothing has changed. Go back to where you came from and begin again; it takes a minute. It must be the same browser.',
  },
  not_found: {
    title: 'There is no such page',
    text: 'The address may be misspelt, or what was there is gone.',
  },
  temporarily_unavailable: {
    title: 'We cannot do that just now',
    text: 'Nothing has changed. Wait a minute and load the page again.',
  },
};

const OURS: Words = {
  title: 'Something went wrong on our side',
  text: 'Nothing was allowed. Wait a minute and try again. If it stays so, tell us what is written below.',
};

const THEIRS: Words = { title: 'This did not work', text: APPS_MISTAKE };

/** What is told to the person alone, because no address is safe to send it to, or because it concerns nobody else. */
export function errorPage({ status, error, description, requestId }: ErrorFacts): Page {
  const known = Object.hasOwn(WORDS, error) ? WORDS[error] : undefined;
  const { title, text } = known ?? (status >= 500 ? OURS : THEIRS);
  return renderPage({
    status,
    title,
    layout: 'narrow',
    children: (
      <>
        <h1>{title}</h1>
        <p className="lead">{text}</p>
        <dl className="details">
          <div>
            <dt>Error</dt>
            <dd>
              <code>{error}</code>
            </dd>
          </div>
          {description !== null && (
            <div>
              <dt>Details</dt>
              <dd>
                <bdi>{description}</bdi>
              </dd>
            </div>
          )}
          {requestId !== null && (
            <div>
              <dt>Request</dt>
              <dd>
                <code>{requestId}</code>
              </dd>
            </div>
          )}
        </dl>
      </>
    ),
  });
}
