import { wait } from './dates.ts';
import { FIELDS, type Page, type SignInFacts, type SignInFailure } from './facts.ts';
import { WarningIcon } from './icons.tsx';
import { renderPage } from './page.tsx';
import { Form, Logo, Name, Notice, needsOf } from './parts.tsx';

const STATUS = { refused: 401, expired: 400, throttled: 429, busy: 503 } as const;

/** Where a person says who they are. What failed before is said above the form, and never more than that. */
export function signInPage(facts: SignInFacts): Page {
  const { form, asking, email, failure } = facts;
  const page = renderPage({
    status: failure === null ? 200 : STATUS[failure.kind],
    title: failure === null ? 'Sign in' : 'Could not sign in',
    layout: 'narrow',
    needs: needsOf(asking),
    children: (
      <>
        {asking && <Logo app={asking.app} />}
        <h1>Sign in</h1>
        <p className="lead">
          {asking ? (
            <>
              <Name of={asking.app.name} /> would like to connect to your store. Sign in to see what
              it asks for. Signing in allows nothing yet.
            </>
          ) : (
            'See which apps are connected to your store, and what they may do.'
          )}
        </p>
        {failure && (
          <Notice tone="bad" icon={<WarningIcon />} id="failure">
            <Failure failure={failure} />
          </Notice>
        )}
        <Form facts={form} className="fields">
          <Field name="email" label="E-mail address" failure={failure}>
            {{ type: 'email', autoComplete: 'username', defaultValue: email }}
          </Field>
          <Field name="password" label="Password" failure={failure}>
            {{ type: 'password', autoComplete: 'current-password' }}
          </Field>
          <button type="submit" className="primary">
            Sign in
          </button>
          {asking && (
            <button
              type="submit"
              className="plain"
              name={FIELDS.decision}
              value="cancel"
              formNoValidate
            >
              Cancel
            </button>
          )}
        </Form>
      </>
    ),
  });
  const seconds = failure && secondsOf(failure);
  if (seconds === null) return page;
  return { ...page, headers: { ...page.headers, 'retry-after': String(seconds) } };
}

/** After how many seconds it is worth another try; null where it is at once, or where something else has to be typed. */
function secondsOf(failure: SignInFailure): number | null {
  if (failure.kind === 'busy') return 1;
  return failure.kind === 'throttled' ? Math.max(1, Math.ceil(failure.retryAfterSeconds)) : null;
}

interface FieldProps {
  readonly name: 'email' | 'password';
  readonly label: string;
  readonly failure: SignInFailure | null;
  readonly children: {
    readonly type: string;
    readonly autoComplete: string;
    readonly defaultValue?: string;
  };
}

function Field({ name, label, failure, children }: FieldProps) {
  return (
    <div className="field">
      <label htmlFor={name}>{label}</label>
      <input
        id={name}
        name={FIELDS[name]}
        required
        maxLength={256}
        autoCapitalize="none"
        spellCheck={false}
        aria-invalid={failure?.kind === 'refused' || undefined}
        aria-describedby={failure ? 'failure' : undefined}
        {...children}
      />
    </div>
  );
}

function Failure({ failure }: { readonly failure: SignInFailure }) {
  switch (failure.kind) {
    case 'refused':
      return (
        <p>
          <strong>That did not work.</strong> The e-mail address or the password is not right. Check
          both and try again.
        </p>
      );
    case 'expired':
      return (
        <p>
          <strong>That page was open for too long.</strong> Please sign in again.
        </p>
      );
    case 'busy':
      return (
        <p>
          <strong>Many people are signing in just now.</strong> Your password was not checked. Wait
          a moment and try again.
        </p>
      );
    case 'throttled':
      return (
        <p>
          <strong>Too many attempts.</strong> To keep your account safe, wait{' '}
          {wait(failure.retryAfterSeconds)} and try again.
        </p>
      );
  }
}
