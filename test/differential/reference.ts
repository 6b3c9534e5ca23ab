import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
} from 'graphql';
import { hashOf } from './fake-rows.ts';
import type { Oracle } from './oracle.ts';

type Path = GraphQLResolveInfo['path'];

export interface Reached {
  readonly coordinate: string;
  readonly path: readonly (string | number)[];
}

interface Made {
  readonly id: string;
  readonly type: string;
}

/**
 * Runs a whole operation, each field and object refused when it is reached and the oracle refuses it: what an answer
 * has to look like, found the slow way. Objects and leaves are made up from where they are.
 */
export async function executeReference(
  schema: GraphQLSchema,
  oracle: Oracle,
  request: {
    readonly document: DocumentNode;
    readonly operationName: string;
    readonly variables: object;
  },
  salt: number,
): Promise<ExecutionResult & { readonly reached: readonly Reached[] }> {
  const reached: Reached[] = [];
  const refuse = (coordinate: string, path: Path) => {
    reached.push({ coordinate, path: stepsOf(path) });
    return new GraphQLError('refused', { extensions: { coordinate } });
  };
  const result = await execute({
    schema,
    document: request.document,
    operationName: request.operationName,
    variableValues: { ...request.variables },
    rootValue: { id: '', type: '' },
    // Not one of them at once: an error would keep its siblings from being reached.
    async fieldResolver(parent: Made, _args, _context, info) {
      const [node] = info.fieldNodes;
      const field = info.parentType.getFields()[info.fieldName];
      const [coordinate] = node && field ? oracle.refusalsOf(info.parentType, field, node) : [];
      if (coordinate !== undefined) throw refuse(coordinate, info.path);
      return madeUp(schema, parent, info, salt, (type, at) => {
        const sets = info.fieldNodes.flatMap(({ selectionSet }) => selectionSet ?? []);
        return oracle.hides(type, sets) ? refuse(type.name, at) : null;
      });
    },
    async typeResolver({ type }: Made) {
      return type;
    },
  });
  // An answer does not wait for what can no longer change it.
  await new Promise((resolve) => setImmediate(resolve));
  return { ...result, reached };
}

/** The value of a field, the same whenever the same field of the same object is asked. */
export function madeUp(
  schema: GraphQLSchema,
  parent: Made,
  info: GraphQLResolveInfo,
  salt: number,
  hidden: (type: GraphQLObjectType, path: Path) => Error | null = () => null,
): unknown {
  const make = (type: GraphQLOutputType, id: string, path: Path, isNullable: boolean): unknown => {
    if (isNonNullType(type)) return make(type.ofType, id, path, false);
    const hash = hashOf(id, salt);
    if (isNullable && salt % 2 === 0 && hash % 5 === 0) return null;
    if (isListType(type)) {
      return Array.from({ length: hash % 3 }, (_, index) =>
        make(type.ofType, `${id}.${index}`, { prev: path, key: index, typename: undefined }, true),
      );
    }
    if (isAbstractType(type)) {
      const possible = schema.getPossibleTypes(type);
      const actual = possible[hash % possible.length];
      if (!actual) return null;
      const refusal = hidden(actual, path);
      // Thrown at once it would keep the items after it from being reached.
      return refusal ? Promise.reject(refusal) : { id, type: actual.name };
    }
    if ('getFields' in type) return { id, type: type.name };
    return isEnumType(type) ? type.getValues()[hash % 2]?.value : leaf(type.name, hash);
  };
  return make(info.returnType, `${parent.id}/${info.fieldName}`, info.path, true);
}

const leaf = (type: string, hash: number) => (type === 'Int' ? hash % 1000 : `${hash % 1000}`);

function stepsOf(path: Path): (string | number)[] {
  const steps: (string | number)[] = [];
  for (let at: Path | undefined = path; at !== undefined; at = at.prev) steps.unshift(at.key);
  return steps;
}
