import { GraphiQL } from 'graphiql';
import { useRef, useState } from 'react';
import { DEFAULT_QUERY } from './default-query.ts';
import { createFetcher } from './fetcher.ts';
import { createStorage } from './storage.ts';
import { TokenField } from './token-field.tsx';

/** GraphiQL with the bearer token above it. The token lives in one ref and ends with the page. */
export function Explorer() {
  const token = useRef('');
  const readToken = () => token.current;
  const [fetcher, setFetcher] = useState(() => createFetcher(readToken));
  const [storage] = useState(() => createStorage(readToken));

  return (
    <>
      <TokenField
        onChange={(value) => {
          token.current = value;
        }}
        // A new fetcher makes GraphiQL introspect again, with the token.
        onCommit={() => setFetcher(() => createFetcher(readToken))}
      />
      <main className="explorer-main">
        <GraphiQL
          fetcher={fetcher}
          storage={storage}
          defaultQuery={DEFAULT_QUERY}
          shouldPersistHeaders={false}
          plugins={NO_PLUGINS}
          inputValueDeprecation
          schemaDescription
        >
          <GraphiQL.Logo>scopegate</GraphiQL.Logo>
        </GraphiQL>
      </main>
    </>
  );
}

// Leaves the documentation and drops the history, which would keep every operation ever sent.
const NO_PLUGINS: [] = [];
