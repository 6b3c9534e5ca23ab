import type { DocumentNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';

/** What a character of a document costs in memory, with its syntax tree and its plans. */
const BYTES_PER_CHARACTER = 200;

const MAX_BYTES = 64 * 1024 * 1024;

/** A cache of what documents were made into, by their text: bounded in bytes, least recently used first out. */
export const documentCache = <V extends object>() =>
  new LRUCache<string, V>({
    maxSize: MAX_BYTES,
    sizeCalculation: (_, text) => (text.length + 1) * BYTES_PER_CHARACTER,
  });

/** Documents that have passed every limit and are valid: for them a request needs to be decided and run only. */
export type HotDocuments = Pick<LRUCache<string, DocumentNode>, 'get' | 'set'>;

/** Keeps the documents of operations that come to be executed, which they do only when nothing was wrong with them. */
export function useHotDocuments(documents: HotDocuments): Plugin {
  return {
    onExecute({ args: { document } }) {
      const text = document.loc?.source.body;
      if (text !== undefined && documents.get(text) !== document) documents.set(text, document);
    },
  };
}
