import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNamedType,
  isEnumType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import { schema } from '../../src/schema/index.ts';
import type { Answer, TestGateway } from './gateway.ts';
import { reportedDays } from './queries-seed.ts';

export interface CrawlOptions {
  /** Items of each page of a root list; nested lists have at most as many. */
  readonly pageSize?: number;
  /** How many objects with an id may stand inside each other before only their keys are asked for. */
  readonly depth?: number;
  /** Whether reports are asked for too, whose sums are over all orders. (Default: they are) */
  readonly hasReports?: boolean;
}

/** What names a row to a client. */
const KEYS = ['id', 'sourceId', 'sourceNumber'];

const isConnection = (type: GraphQLObjectType) => type.name.endsWith('Connection');

const hasRequired = (type: GraphQLObjectType, name: string) =>
  type.getFields()[name]?.args.some(isRequiredArgument) === true;

function objectOf(type: GraphQLOutputType): GraphQLObjectType | null {
  const named = getNamedType(type);
  return isObjectType(named) ? named : null;
}

/**
 * Every field of a type and of what it leads to. A type inside itself, or too deep, gives its keys only,
 * which is enough to name a row that should not be in sight.
 */
function selectionOf(type: GraphQLObjectType, above: readonly string[], depth: number): string {
  const fields = Object.values(type.getFields());
  const isEntity = fields.some(({ name }) => name === 'id');
  const inside = [...above, type.name];
  const keysOnly =
    above.includes(type.name) ||
    (isEntity && above.filter((name) => !/(Connection|Edge)$/.test(name)).length >= depth);
  const texts = fields.flatMap(({ name, type: returned }) => {
    if (isLeafType(getNamedType(returned))) return keysOnly && !KEYS.includes(name) ? [] : [name];
    const object = objectOf(returned);
    if (object === null || keysOnly || hasRequired(type, name)) return [];
    if (isConnection(object)) {
      return [`${name}(first: 10) { totalCount ${nodesOf(object, inside, depth)} }`];
    }
    return [`${name} { ${selectionOf(object, inside, depth)} }`];
  });
  return texts.join(' ') || '__typename';
}

function nodesOf(connection: GraphQLObjectType, above: readonly string[], depth: number): string {
  const nodes = connection.getFields().nodes;
  const node = nodes && objectOf(nodes.type);
  if (!node) throw new TypeError(`${connection.name} has no nodes.`);
  return `edges { cursor } nodes { ${selectionOf(node, above, depth)} }`;
}

const ROOT = schema.getQueryType() as GraphQLObjectType;

/** Whether a root field is a report: it takes the days that it is about. */
export const isReport = ({ args }: GraphQLField<unknown, unknown>): boolean =>
  args.some(({ type }) => getNamedType(type).name === 'Date');

function reportOf(field: GraphQLField<unknown, unknown>): string {
  if (!isReport(field)) return field.name;
  const { from, to } = reportedDays();
  return `${field.name}(from: "${from}", to: "${to}")`;
}

/** The root fields that take no key, with everything below them. */
function rootFields(depth: number, hasReports: boolean) {
  return Object.values(ROOT.getFields()).flatMap((field) => {
    const { name, type } = field;
    const object = objectOf(type);
    if (object === null) return [];
    if (isReport(field) ? !hasReports : hasRequired(ROOT, name)) return [];
    const isList = isConnection(object);
    const selection = isList
      ? nodesOf(object, ['Query'], depth)
      : selectionOf(object, ['Query'], depth);
    return [{ name, call: reportOf(field), isList, selection }];
  });
}

/** Every answer that a token gets by walking all root lists to their ends, as the texts received. */
export async function crawl(
  gateway: TestGateway,
  token: string,
  { pageSize = 50, depth = 4, hasReports = true }: CrawlOptions = {},
): Promise<readonly Answer[]> {
  const walks = rootFields(depth, hasReports).map(async ({ name, call, isList, selection }) => {
    const answers: Answer[] = [];
    const cursors = isList ? await cursorsOf(gateway, token, name, pageSize) : [null];
    for (const after of cursors) {
      const query = isList
        ? `query ($after: String) { ${name}(first: ${pageSize}, after: $after) { ${selection} } }`
        : `{ ${call} { ${selection} } }`;
      answers.push(await gateway.send(query, { token, variables: { after } }));
    }
    return answers;
  });
  return (await Promise.all(walks)).flat();
}

/** Where each page of a root list begins; the first at null. A refused list has that one only. */
async function cursorsOf(gateway: TestGateway, token: string, name: string, size: number) {
  const cursors: (string | null)[] = [null];
  for (;;) {
    const after = cursors.at(-1) ?? null;
    const query = `query ($after: String) { ${name}(first: ${size}, after: $after) { pageInfo { hasNextPage endCursor } } }`;
    const { body } = await gateway.send(query, { token, variables: { after } });
    const list = body.data?.[name] as {
      pageInfo: { hasNextPage: boolean; endCursor: string };
    } | null;
    if (!list?.pageInfo.hasNextPage) return cursors;
    cursors.push(list.pageInfo.endCursor);
  }
}

/** The words of the schema's enums, which belong to no row. */
export const enumWords = (): Set<string> =>
  new Set(
    Object.values(schema.getTypeMap())
      .filter((type) => isEnumType(type))
      .flatMap((type) => type.getValues().map(({ name }) => name)),
  );

/** Every string in a parsed answer, by itself. */
export function stringsIn(value: unknown, found: Set<string> = new Set()): Set<string> {
  if (typeof value === 'string') found.add(value);
  else if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) stringsIn(part, found);
  }
  return found;
}

/** Every string in answers, and what their cursors say: those are signed, not sealed. */
export function stringsOf(answers: readonly Answer[]): Set<string> {
  const strings = stringsIn(answers.map(({ body }) => body));
  const cursors = [...strings]
    .filter((text) => /^[\w-]{30,}$/.test(text))
    .map((text) => Buffer.from(text, 'base64url').subarray(16).toString())
    .filter((position) => position.startsWith('[["'));
  return stringsIn(
    cursors.map((position) => JSON.parse(position)),
    strings,
  );
}

/**
 * Lets connections that a long computation kept waiting be closed: a request on one that the server has
 * just given up, because it was idle for five seconds, would fail.
 */
export const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));

/** Every id with a prefix in a text, wherever it stands. */
export const idsIn = (text: string): string[] => text.match(/\b[a-z]{3}_[0-9a-z]{20}\b/g) ?? [];
