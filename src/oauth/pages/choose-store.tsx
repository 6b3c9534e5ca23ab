import { type ChooseStoreFacts, FIELDS, type Page } from './facts.ts';
import { ArrowIcon } from './icons.tsx';
import { renderPage } from './page.tsx';
import { Form, Logo, Name, needsOf, SignedIn } from './parts.tsx';

/** Which of a person's stores it is about. One press chooses and goes on. */
export function chooseStorePage({ form, asking, person, stores }: ChooseStoreFacts): Page {
  const hasNone = stores.length === 0;
  return renderPage({
    title: hasNone ? 'No store' : 'Choose a store',
    layout: 'narrow',
    needs: needsOf(asking),
    children: (
      <>
        {asking && <Logo app={asking.app} />}
        <h1>
          {!hasNone && 'Which store?'}
          {hasNone && (asking ? 'There is no store for this app' : 'You have no store here')}
        </h1>
        <p className="lead">
          <Lead hasNone={hasNone} asking={asking} />
        </p>
        {!hasNone && (
          <Form facts={form}>
            <fieldset className="stores">
              <legend>Your stores</legend>
              {stores.map(({ id, name, domain }) => (
                <button key={id} type="submit" className="choice" name={FIELDS.store} value={id}>
                  <span>
                    <strong>
                      <Name of={name} />
                    </strong>
                    <span className="quiet">
                      <bdi>{domain}</bdi>
                    </span>
                  </span>
                  <ArrowIcon />
                </button>
              ))}
            </fieldset>
          </Form>
        )}
        {asking && (
          <Form facts={form} className="actions">
            <button type="submit" className="plain" name={FIELDS.decision} value="cancel">
              Cancel
            </button>
          </Form>
        )}
        <SignedIn form={form} person={person} />
      </>
    ),
  });
}

interface LeadProps {
  readonly hasNone: boolean;
  readonly asking: ChooseStoreFacts['asking'];
}

function Lead({ hasNone, asking }: LeadProps) {
  if (asking === null) {
    return hasNone
      ? 'Your account belongs to no store yet. Ask whoever looks after your store’s account to add you.'
      : 'You will see the apps of the one you choose.';
  }
  const name = <Name of={asking.app.name} />;
  if (!hasNone) return <>{name} will be connected to the one you choose, and to no other.</>;
  return (
    <>
      {name} cannot be connected to any store of yours: it is made for another store, or it has not
      been approved yet. If you expected one, sign in as somebody who looks after that store.
    </>
  );
}
