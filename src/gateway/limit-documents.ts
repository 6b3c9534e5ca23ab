import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { checkSource, type DocumentLimits, limitRules } from '../limits/document-limits.ts';

/** Refuses documents that are too large, before they are parsed or before they run. */
export function useDocumentLimits(limits: DocumentLimits): Plugin {
  const rules = limitRules(limits);
  return {
    // Not while parsing: Yoga makes every error of that step a syntax error with a status of its own.
    onParams({ params }) {
      if (typeof params.query === 'string') check(params.query, limits);
    },
    onValidate({ addValidationRule }) {
      for (const rule of rules) addValidationRule(rule);
    },
  };
}

/** A syntax error is left to the parser, which finds it again. */
function check(source: string, limits: DocumentLimits): void {
  try {
    checkSource(source, limits);
  } catch (error) {
    if (error instanceof GraphQLError && error.extensions.code === undefined) return;
    throw error;
  }
}
