import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** How refused fields are reported: once for each coordinate, or once for each place in the answer. */
export type RefusalErrors = 'per-coordinate' | 'per-path';

/**
 * One error for each refused coordinate, with the first path and the number of occurrences: a thousand
 * rows without a field are one fact, not a thousand (`design.md` section 5).
 */
export function useAggregatedRefusals(style: RefusalErrors): Plugin {
  if (style === 'per-path') return {};
  return {
    onExecute: () => ({
      onExecuteDone({ result, setResult }) {
        if (Symbol.asyncIterator in result || !result.errors?.some(isRefusal)) return;
        setResult({ ...result, errors: aggregate(result.errors) });
      },
    }),
  };
}

const isRefusal = (error: GraphQLError) => error.extensions.code === 'INSUFFICIENT_SCOPE';

function aggregate(errors: readonly GraphQLError[]): GraphQLError[] {
  const occurrences = new Map<unknown, number>();
  const kept: GraphQLError[] = [];
  for (const error of errors.toSorted(inDocumentOrder)) {
    const { coordinate } = error.extensions;
    if (!isRefusal(error)) {
      kept.push(error);
      continue;
    }
    const seen = occurrences.get(coordinate) ?? 0;
    if (seen === 0) kept.push(error);
    occurrences.set(coordinate, seen + 1);
  }
  return kept.map((error) => (isRefusal(error) ? counted(error, occurrences) : error));
}

/** Errors come as fields get ready; a reader expects them in the order of the document and its lists. */
function inDocumentOrder(a: GraphQLError, b: GraphQLError): number {
  const position = (error: GraphQLError) => error.nodes?.[0]?.loc?.start ?? 0;
  return position(a) - position(b) || comparePaths(a.path ?? [], b.path ?? []);
}

function comparePaths(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  const at = a.findIndex((step, index) => step !== b[index]);
  const [left, right] = [a[at], b[at]];
  return typeof left === 'number' && typeof right === 'number' ? left - right : 0;
}

function counted(error: GraphQLError, occurrences: ReadonlyMap<unknown, number>): GraphQLError {
  return new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    path: error.path ?? null,
    extensions: {
      ...error.extensions,
      occurrences: occurrences.get(error.extensions.coordinate),
    },
  });
}
