import { useRef } from 'react';
import { parseToken } from './parse-token.ts';

interface TokenFieldProps {
  /** Called with the bare token at every keystroke; empty when the field is. */
  readonly onChange: (token: string) => void;
  /** Called when a changed token is complete: the field was left, or Enter pressed. */
  readonly onCommit: () => void;
}

/**
 * The labelled field for the bearer token. It stands in no form and has no name, so that no browser
 * submits it, puts it into a URL, restores it or offers to save it.
 */
export function TokenField({ onChange, onCommit }: TokenFieldProps) {
  const committed = useRef('');
  const commit = (value: string) => {
    const token = parseToken(value);
    if (token === committed.current) return;
    committed.current = token;
    onCommit();
  };

  return (
    <header className="token-bar">
      <label htmlFor="bearer-token">Bearer token</label>
      <input
        id="bearer-token"
        type="password"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        data-1p-ignore
        data-bwignore
        data-lpignore="true"
        placeholder="none: requests are sent without credentials"
        aria-describedby="bearer-token-note"
        onChange={(event) => onChange(parseToken(event.currentTarget.value))}
        onBlur={(event) => commit(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit(event.currentTarget.value);
        }}
      />
      <p id="bearer-token-note">Kept in this page only: a reload forgets it.</p>
    </header>
  );
}
