import { Fragment, type ReactNode } from 'react';
import {
  SCOPES,
  type Scope,
  type ScopeDefinition,
  type Sensitivity,
} from '../../scopes/catalogue.ts';
import { CoinIcon, PersonIcon } from './icons.tsx';
import { SCOPE_WORDS } from './scope-words.ts';

export const SENSITIVITY_WORDS: Readonly<Record<Sensitivity, string>> = {
  pii: 'Personal data',
  financial: 'Financial data',
};

/** Says in words and by colour that a scope opens personal or financial data. */
export function SensitivityMark({ of }: { readonly of: Sensitivity | null }) {
  if (of === null) return null;
  return (
    <span className={`mark ${of}`}>
      {of === 'pii' ? <PersonIcon /> : <CoinIcon />}
      {SENSITIVITY_WORDS[of]}
    </span>
  );
}

/** These scopes as the catalogue orders and groups them. */
export function groupsOf(
  names: readonly Scope[],
): readonly (readonly [group: string, scopes: readonly (typeof SCOPES)[number][]])[] {
  const wanted = new Set(names);
  const groups = new Map<string, (typeof SCOPES)[number][]>();
  for (const scope of SCOPES) {
    if (wanted.has(scope.name))
      groups.set(scope.group, [...(groups.get(scope.group) ?? []), scope]);
  }
  return [...groups];
}

/** The name of a scope, which ends a line between its words where it must. */
export function ScopeName({ of }: { readonly of: Scope }) {
  const [first, ...others] = of.split('_');
  return (
    <code>
      {first}
      {others.map((word) => (
        <Fragment key={word}>
          _<wbr />
          {word}
        </Fragment>
      ))}
    </code>
  );
}

interface ScopeTextProps {
  readonly scope: ScopeDefinition & { readonly name: Scope };
  /** The id of the checkbox that the words belong to. */
  readonly htmlFor?: string;
  /** Further marks. */
  readonly children?: ReactNode;
}

/** What a scope opens: in a merchant's words, in the catalogue's sentence, its marks, and its name for those who know it. */
export function ScopeText({ scope, htmlFor, children }: ScopeTextProps) {
  const words = SCOPE_WORDS[scope.name];
  return (
    <div className="scope-text">
      {htmlFor === undefined ? <strong>{words}</strong> : <label htmlFor={htmlFor}>{words}</label>}
      <div id={htmlFor && `${htmlFor}-about`}>
        <p>{scope.description}</p>
        <p className="marks">
          {children}
          <SensitivityMark of={scope.sensitivity} />
          <ScopeName of={scope.name} />
        </p>
      </div>
    </div>
  );
}
