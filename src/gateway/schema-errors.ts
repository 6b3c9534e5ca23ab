import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  print,
  type ValidationRule,
  validate,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { getOrMake } from '../scopes/caches.ts';
import { coordinatesOf } from '../scopes/coordinates.ts';
import { MAX_VARIABLE_ERRORS } from '../scopes/variables.ts';
import type { Introspection } from './introspect.ts';
import { principalOf, type ServerContext } from './server-context.ts';

/** Says that something is wrong where the caller sees nothing. */
const WITHHELD = 'This is not valid, in a part of the schema that this request does not reach.';

/**
 * Validates documents against the whole schema, and words what is wrong in them with no more than
 * the caller may know of it. Validation is kept by document and by what is known: a message never
 * reaches another caller who may know less.
 */
export function useValidation(introspection: Introspection): Plugin<object, ServerContext> {
  const cache = new WeakMap<DocumentNode, Validated>();
  return {
    onValidate({ context, setValidationFn }) {
      const granted = principalOf(context as unknown as ServerContext)?.grantedScopes ?? null;
      setValidationFn(
        (schema: GraphQLSchema, document: DocumentNode, rules?: readonly ValidationRule[]) => {
          const { found, worded } = getOrMake(cache, document, () => ({
            found: validate(schema, document, rules, { hideSuggestions: true }),
            worded: new WeakMap(),
          }));
          if (found.length === 0) return found;
          const view = introspection.viewOf(granted);
          return getOrMake(worded, view ?? NOTHING, () =>
            wordErrors(found, {
              schema,
              view,
              again: (view) => validate(view, document, rules),
              sent: () => wordsIn(textOf(document)),
            }),
          );
        },
      );
    },
  };
}

interface Validated {
  /** What is wrong with the document, without suggestions. */
  readonly found: readonly GraphQLError[];
  /** The same as those may read it who know a part of the schema. */
  readonly worded: WeakMap<object, readonly GraphQLError[]>;
}

/** Stands for the view of those who may know nothing. */
const NOTHING = {};

/** A request whose variables do not fit. */
export interface Misfit {
  readonly schema: GraphQLSchema;
  /** What of the schema the caller may know; null for nothing of it. */
  readonly view: GraphQLSchema | null;
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

/** What is wrong with the variables of a request, in words of what the caller may know; nothing when they fit. */
export function variableErrors(misfit: Misfit): readonly GraphQLError[] {
  const { schema, view, document, operationName, variables } = misfit;
  const definitions = getOperationAST(document, operationName)?.variableDefinitions ?? [];
  const errorsIn = (schema: GraphQLSchema, hideSuggestions: boolean) =>
    getVariableValues(
      schema,
      definitions,
      { ...variables },
      { hideSuggestions, maxErrors: MAX_VARIABLE_ERRORS },
    ).errors ?? [];
  return wordErrors(errorsIn(schema, true), {
    schema,
    view,
    again: (view) => errorsIn(view, false),
    sent: () => [...wordsIn(textOf(document)), ...namesInside(variables)],
  });
}

interface Wording {
  readonly schema: GraphQLSchema;
  readonly view: GraphQLSchema | null;
  /** The errors that a check against a part of the schema finds, with suggestions. */
  readonly again: (view: GraphQLSchema) => readonly GraphQLError[];
  /** The words that the caller wrote: they are no news. */
  readonly sent: () => readonly string[];
}

/**
 * Errors found without suggestions, with those that a view knows. An error that a check against the view does not
 * find too is told only if it has no word out of the rest of the schema.
 */
function wordErrors(
  found: readonly GraphQLError[],
  { schema, view, again, sent }: Wording,
): readonly GraphQLError[] {
  if (view === null) return found.map(withoutSuggestion);
  const told = again(view);
  if (view === schema) return told;
  const [all, known, own] = [namesIn(schema), namesIn(view), new Set(sent())];
  const isHidden = (word: string) => all.has(word) && !known.has(word) && !own.has(word);
  return found.map((error) => {
    const same = told.find((other) => isSame(other, error));
    if (same) return same;
    return wordsIn(error.message).some(isHidden) ? reworded(error, WITHHELD) : error;
  });
}

/** Whether one error is the other, perhaps with a suggestion. */
const isSame = (one: GraphQLError, other: GraphQLError) =>
  one.message.startsWith(other.message) &&
  JSON.stringify(one.locations) === JSON.stringify(other.locations);

/** graphql-js makes this one also where suggestions are hidden. */
function withoutSuggestion(error: GraphQLError): GraphQLError {
  const message = error.message.replace(/ Did you mean "\w+ { \.\.\. }"\?$/, '');
  return message === error.message ? error : reworded(error, message);
}

const reworded = ({ nodes, extensions }: GraphQLError, message: string) =>
  new GraphQLError(message, { nodes: nodes ?? null, extensions });

const wordsIn = (text: string): readonly string[] => text.match(/\w+/g) ?? [];

/** The words in variables, found without recursion: they may be nested as deep as the body is long. */
function namesInside(variables: unknown): ReadonlySet<string> {
  const words = new Set<string>();
  const waiting = [variables];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value === 'string') for (const word of wordsIn(value)) words.add(word);
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, inner] of Object.entries(value)) {
      words.add(name);
      waiting.push(inner);
    }
  }
  return words;
}

const textOf = (document: DocumentNode) => document.loc?.source.body ?? print(document);

const NAMES = new WeakMap<GraphQLSchema, ReadonlySet<string>>();

/** Every name in a schema: of types, fields, arguments, input fields, enum values and directives. */
const namesIn = (schema: GraphQLSchema): ReadonlySet<string> =>
  getOrMake(NAMES, schema, () => {
    const directives = schema
      .getDirectives()
      .flatMap(({ name, args }) => [name, ...args.map((argument) => argument.name)]);
    const coordinates = [...coordinatesOf(schema)].flatMap(({ coordinate }) => wordsIn(coordinate));
    return new Set([...directives, ...coordinates]);
  });
