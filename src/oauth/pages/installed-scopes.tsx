import type { Scope } from '../../scopes/catalogue.ts';
import { FIELDS, type FormFacts, type GrantedScope, type InstalledAppFacts } from './facts.ts';
import { LockIcon } from './icons.tsx';
import { Form, Name } from './parts.tsx';
import { groupsOf, ScopeText } from './scope-list.tsx';
import { SCOPE_WORDS } from './scope-words.ts';

interface Props {
  readonly installed: InstalledAppFacts;
  readonly form: FormFacts;
}

/** What an installed app may do. An optional scope is taken back by a second press, after what it means was read. */
export function InstalledScopes({ installed, form }: Props) {
  const { scopes, app } = installed;
  if (scopes.length === 0) return <p className="quiet">It may do nothing but know your store.</p>;
  const factsOf = new Map(scopes.map((scope) => [scope.name, scope]));
  return (
    <details className="may">
      <summary>
        What it may do ({scopes.length})
        <span className="for-readers">
          : <Name of={app.name} />
        </span>
      </summary>
      {groupsOf(scopes.map(({ name }) => name)).map(([group, members]) => (
        <section key={group}>
          <h3>{group}</h3>
          <ul className="scopes">
            {members.map((scope) => (
              <li key={scope.name}>
                <ScopeText scope={scope}>
                  <Fixed granted={factsOf.get(scope.name)} />
                </ScopeText>
                {isOptional(factsOf.get(scope.name)) && (
                  <Withdraw installed={installed} form={form} scope={scope.name} />
                )}
              </li>
            ))}
          </ul>
        </section>
      ))}
    </details>
  );
}

const isOptional = (granted: GrantedScope | undefined) =>
  granted !== undefined && !granted.isRequired && granted.comesWith === null;

/** Why a scope cannot be taken back by itself, if so. */
function Fixed({ granted }: { readonly granted: GrantedScope | undefined }) {
  if (granted === undefined || isOptional(granted)) return null;
  return (
    <span className="mark fixed">
      <LockIcon />
      {granted.isRequired || granted.comesWith === null
        ? 'Needed'
        : `Comes with “${SCOPE_WORDS[granted.comesWith]}”`}
    </span>
  );
}

function Withdraw({ installed, form, scope }: Props & { readonly scope: Scope }) {
  return (
    <details className="withdraw">
      <summary>
        Take back<span className="for-readers">: {SCOPE_WORDS[scope]}</span>
      </summary>
      <Form facts={form}>
        <input type="hidden" name={FIELDS.action} value="withdraw" />
        <input type="hidden" name={FIELDS.installation} value={installed.installation} />
        <input type="hidden" name={FIELDS.scope} value={scope} />
        <p>
          <Name of={installed.app.name} /> keeps working without it. If you change your mind, the
          app has to ask you again.
        </p>
        <button type="submit" className="danger">
          Yes, take it back<span className="for-readers">: {SCOPE_WORDS[scope]}</span>
        </button>
      </Form>
    </details>
  );
}
