import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { GraphQLError, Lexer, Source, TokenKind, type ValidationRule } from 'graphql';

/** How large a document may be. Each figure is the largest that is still answered. */
export interface DocumentLimits {
  readonly maxTokens: number;
  readonly maxDepth: number;
  readonly maxAliases: number;
}

/** Brackets of all kinds inside each other. Far above any real document, far below the stack's end. */
const MAX_NESTING = 200;

const OPENING: readonly string[] = [TokenKind.PAREN_L, TokenKind.BRACKET_L, TokenKind.BRACE_L];
const CLOSING: readonly string[] = [TokenKind.PAREN_R, TokenKind.BRACKET_R, TokenKind.BRACE_R];

function exceeded(what: string, found: string, maximum: number): GraphQLError {
  return new GraphQLError(`The document has ${found} ${what}; at most ${maximum} are answered.`, {
    extensions: { code: 'LIMIT_EXCEEDED', maximum, http: { status: 400 } },
  });
}

/**
 * Refuses a source text with too many tokens or brackets too deep inside each other. To be called before
 * parsing: the parser calls itself for each bracket, and would run out of stack.
 *
 * @throws GraphQLError LIMIT_EXCEEDED; a syntax error as the parser itself would report it.
 */
export function checkSource(text: string, { maxTokens }: DocumentLimits): void {
  const lexer = new Lexer(new Source(text));
  let tokens = 0;
  let nesting = 0;
  while (lexer.advance().kind !== TokenKind.EOF) {
    tokens += 1;
    if (tokens > maxTokens) throw exceeded('tokens', `more than ${maxTokens}`, maxTokens);
    if (OPENING.includes(lexer.token.kind)) nesting += 1;
    if (CLOSING.includes(lexer.token.kind)) nesting -= 1;
    if (nesting > MAX_NESTING) {
      throw exceeded('levels of brackets', `more than ${MAX_NESTING}`, MAX_NESTING);
    }
  }
}

/** Validation rules for depth and aliases. Introspection counts like everything else. */
export function limitRules({ maxDepth, maxAliases }: DocumentLimits): ValidationRule[] {
  return [
    maxDepthRule({
      n: maxDepth,
      ignoreIntrospection: false,
      flattenFragments: true,
      onReject: [refuse('levels of fields', maxDepth)],
    }),
    maxAliasesRule({ n: maxAliases, allowList: [], onReject: [refuse('aliases', maxAliases)] }),
  ];
}

/** Replaces the library's error, which is a syntax error without a code, but for the figure in it. */
function refuse(what: string, maximum: number) {
  return (_context: unknown, error: GraphQLError): void => {
    const found = /found (\d+)/.exec(error.message)?.[1] ?? `more than ${maximum}`;
    throw exceeded(what, found, maximum);
  };
}
