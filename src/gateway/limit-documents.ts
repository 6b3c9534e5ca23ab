import type { Plugin } from 'graphql-yoga';
import { checkSource, type DocumentLimits, limitRules } from '../limits/document-limits.ts';

/** Refuses documents that are too large, before they are parsed or before they run. */
export function useDocumentLimits(limits: DocumentLimits): Plugin {
  const rules = limitRules(limits);
  return {
    onParse({ parseFn, setParseFn }) {
      setParseFn((source, options) => {
        checkSource(typeof source === 'string' ? source : source.body, limits);
        return parseFn(source, options);
      });
    },
    onValidate({ addValidationRule }) {
      for (const rule of rules) addValidationRule(rule);
    },
  };
}
