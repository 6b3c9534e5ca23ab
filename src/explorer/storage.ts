import type { GraphiQLProps } from 'graphiql';

type GraphiQLStorage = NonNullable<GraphiQLProps['storage']>;

// GraphiQL's own keys for headers and for the wish to persist them are missing on purpose.
const KEPT = new Set(
  [
    'tabState',
    'query',
    'variables',
    'theme',
    'visiblePlugin',
    'docExplorerFlex',
    'editorFlex',
    'secondaryEditorFlex',
  ].map((name) => `graphiql:${name}`),
);

/**
 * What GraphiQL may remember between visits: tabs, operations, variables, theme and layout, in local
 * storage. Headers are never kept, nor is any value that contains the token `readToken` gives, for
 * instance because it was pasted into the wrong editor.
 */
export function createStorage(readToken: () => string): GraphiQLStorage {
  const local = findLocalStorage();
  const keys = () => [...KEPT].filter((key) => local?.getItem(key) != null);
  const hasToken = (value: string) => readToken() !== '' && value.includes(readToken());
  return {
    getItem: (key) => (KEPT.has(key) ? (local?.getItem(key) ?? null) : null),
    setItem: (key, value) => {
      if (KEPT.has(key) && !hasToken(value)) local?.setItem(key, value);
    },
    removeItem: (key) => local?.removeItem(key),
    clear: () => {
      for (const key of keys()) local?.removeItem(key);
    },
    get length() {
      return keys().length;
    },
  };
}

// Reading the property throws where the browser blocks storage; the page works without.
function findLocalStorage(): Storage | undefined {
  try {
    return window.localStorage;
  } catch {
    return undefined;
  }
}
