import type { Scope } from '../../scopes/catalogue.ts';
import { safeAddress, safeAppAddress } from './addresses.ts';
import { type AppFacts, type AskedScope, type ConsentFacts, FIELDS, type Page } from './facts.ts';
import { NewIcon, WarningIcon } from './icons.tsx';
import { plainName } from './names.ts';
import { renderPage } from './page.tsx';
import { Day, Form, Logo, Name, Notice, needsOf, SignedIn } from './parts.tsx';
import { groupsOf, ScopeName, ScopeText } from './scope-list.tsx';
import { SCOPE_WORDS } from './scope-words.ts';

/**
 * Where a merchant decides what an app may do in a store. Nothing of it is granted by looking, by leaving, or by
 * pressing Enter: the first button of the form is the one that cancels.
 */
export function consentPage(facts: ConsentFacts): Page {
  const { form, asking, store, person, scopes, lost } = facts;
  const isUpdate = facts.installedAt !== null;
  const required = scopes.filter(({ isRequired }) => isRequired);
  const optional = scopes.filter(({ isRequired }) => !isRequired);
  return renderPage({
    title: `${isUpdate ? 'Review' : 'Connect'} ${plainName(asking.app.name)}`,
    layout: 'wide',
    needs: needsOf(asking),
    children: (
      <>
        <Logo app={asking.app} />
        <h1>
          {isUpdate ? (
            <>
              <Name of={asking.app.name} /> asks you to review what it may do
            </>
          ) : (
            <>
              Connect <Name of={asking.app.name} /> to <Name of={store.name} />?
            </>
          )}
        </h1>
        <About app={asking.app} facts={facts} />
        {facts.installedAt && <SinceLastTime facts={facts} since={facts.installedAt} />}
        <Form facts={form} className="consent">
          {required.length > 0 && (
            <Choices
              title="What it needs"
              hint="The app does not work without these. If you do not want to allow them, cancel."
              scopes={required}
            />
          )}
          {optional.length > 0 && (
            <Choices
              title="What you can decide"
              hint="Untick what you do not want to allow. The app works without it."
              scopes={optional}
            />
          )}
          {scopes.length === 0 && <p>It asks for nothing beyond being connected.</p>}
          {lost.length > 0 && <Lost app={asking.app} lost={lost} />}
          <Afterwards facts={facts} />
          <div className="actions">
            <button type="submit" className="plain" name={FIELDS.decision} value="cancel">
              Cancel
            </button>
            <button type="submit" className="primary" name={FIELDS.decision} value="allow">
              Allow
            </button>
          </div>
        </Form>
        <SignedIn form={form} person={person} />
      </>
    ),
  });
}

/** Who asks, and for which store. */
function About({ app, facts }: { readonly app: AppFacts; readonly facts: ConsentFacts }) {
  const privacyPolicy = safeAddress(app.privacyPolicyUrl);
  return (
    <dl className="about">
      <div>
        <dt>Your store</dt>
        <dd>
          <Name of={facts.store.name} />{' '}
          <span className="quiet">
            <bdi>{facts.store.domain}</bdi>
          </span>
        </dd>
      </div>
      {app.publisher !== null && (
        <div>
          <dt>Published by</dt>
          <dd>
            <Name of={app.publisher} />
          </dd>
        </div>
      )}
      <div>
        <dt>Kind of app</dt>
        <dd>{kindOf(app)}</dd>
      </div>
      <div>
        <dt>Privacy policy</dt>
        <dd>
          {privacyPolicy ? (
            <a href={privacyPolicy.href} target="_blank" rel="noopener noreferrer">
              <bdi>{privacyPolicy.host}</bdi>
              <span className="quiet"> (new tab)</span>
            </a>
          ) : (
            'Not stated'
          )}
        </dd>
      </div>
    </dl>
  );
}

function kindOf({ visibility, isApproved }: AppFacts): string {
  if (visibility === 'PRIVATE') return 'Private: made for your store, not reviewed by us';
  return isApproved ? 'Public: reviewed and approved by us' : 'Public: not reviewed by us yet';
}

const isNew = ({ lastTime }: AskedScope) => lastTime === 'not-asked';

function SinceLastTime({ facts, since }: { readonly facts: ConsentFacts; readonly since: Date }) {
  const count = facts.scopes.filter(isNew).length;
  return (
    <Notice tone="plain">
      <p>
        <strong>
          {count === 0
            ? 'Nothing here is new.'
            : `${count === 1 ? 'One scope is' : `${count} scopes are`} new, marked “New”.`}
        </strong>{' '}
        <Name of={facts.asking.app.name} /> has been connected to <Name of={facts.store.name} />{' '}
        since <Day of={since} />.
      </p>
      <p>
        Until you decide, it keeps working with what you allowed before. If you cancel, that stays
        as it is.
      </p>
    </Notice>
  );
}

interface ChoicesProps {
  readonly title: string;
  readonly hint: string;
  readonly scopes: readonly AskedScope[];
}

function Choices({ title, hint, scopes }: ChoicesProps) {
  const asked = new Map(scopes.map((scope) => [scope.name, scope]));
  return (
    <fieldset>
      <legend>
        <h2>{title}</h2>
      </legend>
      <p className="hint">{hint}</p>
      {groupsOf([...asked.keys()]).map(([group, members]) => (
        <section key={group}>
          <h3>{group}</h3>
          <ul className="scopes">
            {members.map((scope) => (
              <li key={scope.name}>
                <ScopeChoice asked={asked.get(scope.name)} scope={scope} />
              </li>
            ))}
          </ul>
        </section>
      ))}
    </fieldset>
  );
}

interface ScopeChoiceProps {
  readonly asked: AskedScope | undefined;
  readonly scope: Parameters<typeof ScopeText>[0]['scope'];
}

/** A box to untick; or one that is fixed, which a form does not send. */
function ScopeChoice({ asked, scope }: ScopeChoiceProps) {
  const id = `scope-${scope.name}`;
  const lastTime = asked?.lastTime;
  const fixed = asked?.isRequired ?? true;
  return (
    <>
      <input
        type="checkbox"
        id={id}
        {...(fixed ? { disabled: true } : { name: FIELDS.scope, value: scope.name })}
        defaultChecked={fixed || lastTime !== 'declined'}
        aria-describedby={`${id}-about`}
      />
      <ScopeText scope={scope} htmlFor={id}>
        {lastTime === 'not-asked' && (
          <span className="mark new">
            <NewIcon />
            New
          </span>
        )}
        {lastTime === 'declined' && <span className="mark declined">You said no before</span>}
      </ScopeText>
    </>
  );
}

function Lost({ app, lost }: { readonly app: AppFacts; readonly lost: readonly Scope[] }) {
  return (
    <Notice tone="plain" icon={<WarningIcon />}>
      <p>
        This was allowed before and is not part of it any more. If you allow the rest,{' '}
        <Name of={app.name} /> loses it:
      </p>
      <ul>
        {groupsOf(lost)
          .flatMap(([, members]) => members)
          .map(({ name }) => (
            <li key={name}>
              {SCOPE_WORDS[name]} <ScopeName of={name} />
            </li>
          ))}
      </ul>
    </Notice>
  );
}

/** What each of the two answers does, and where the person is then. */
function Afterwards({ facts: { asking, installedAt } }: { readonly facts: ConsentFacts }) {
  const target = safeAppAddress(asking.redirectUri);
  return (
    <div className="afterwards">
      {installedAt !== null && (
        <p>
          If you allow this, what you untick stops working within seconds, also where the app was
          using it already.
        </p>
      )}
      <p>You can take back what is optional, or disconnect the app, at any time.</p>
      {target && (
        <p>
          Whichever you choose, you go on to <strong className="host">{target.host}</strong>.
        </p>
      )}
    </div>
  );
}
