import { readFile } from 'node:fs/promises';
import {
  buildASTSchema,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  isExecutableDefinitionNode,
  Kind,
  parse,
  Source,
  validateSchema,
} from 'graphql';
import { validateSDL } from 'graphql/validation/validate.js';
import { RequirementError } from '../scopes/requirement.ts';
import { requirementIndex } from '../scopes/requirement-index.ts';

/** A file that a command was given and cannot use; the message names the file, and the line where there is one. */
export class FileError extends Error {}

/** The GraphQL document in a file, not validated yet. */
export async function readDocument(path: string): Promise<DocumentNode> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new FileError(`${path}: ${reasonOf(error)}.`);
  });
  try {
    return parse(new Source(text, path));
  } catch (error) {
    if (error instanceof GraphQLError) throw new FileError(inFile(path, [error]));
    throw error;
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return 'there is no such file';
  return code === 'EISDIR' ? 'this is a folder, not a file' : `it cannot be read (${code})`;
}

/** The errors as compilers print them: each on a line, with the file, the line and the column. */
export function inFile(path: string, errors: readonly GraphQLError[]): string {
  return errors
    .map(({ message, locations: [at] = [] }) =>
      at ? `${path}:${at.line}:${at.column}: ${message}` : `${path}: ${message}`,
    )
    .join('\n');
}

const PLACES =
  'FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM | ENUM_VALUE | UNION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION';

/** What SDL may use without defining it. */
const DIRECTIVES = parse(
  `directive @requiresScopes(scopes: [[String!]!]!) on ${PLACES}
  directive @authenticated on ${PLACES}`,
  { noLocation: true },
);

/**
 * The schema in an SDL file, with its scopes in `@requiresScopes` and `@authenticated`; the two need no definition
 * there. Any other directive does: a rule under a misspelt name is an error, not an open door.
 *
 * @throws FileError for what is no valid schema, or declares scopes in a way that cannot be read.
 */
export async function readSchema(path: string): Promise<GraphQLSchema> {
  const document = await readDocument(path);
  const executable = document.definitions.filter(isExecutableDefinitionNode);
  if (executable.length > 0) {
    const text = 'An operation or fragment is no part of a schema.';
    throw new FileError(inFile(path, [new GraphQLError(text, { nodes: executable })]));
  }
  const defined = document.definitions.flatMap((definition) =>
    definition.kind === Kind.DIRECTIVE_DEFINITION ? definition.name.value : [],
  );
  const added = DIRECTIVES.definitions.filter(
    (definition) => 'name' in definition && !defined.includes(definition.name?.value ?? ''),
  );
  const whole: DocumentNode = {
    ...document,
    definitions: [...document.definitions, ...added],
  };
  const invalid = validateSDL(whole);
  if (invalid.length > 0) throw new FileError(inFile(path, invalid));
  const schema = buildASTSchema(whole, { assumeValidSDL: true });
  const problems = validateSchema(schema);
  if (problems.length > 0) throw new FileError(inFile(path, problems));
  checkScopes(path, schema);
  return schema;
}

function checkScopes(path: string, schema: GraphQLSchema): void {
  try {
    requirementIndex(schema, { undeclared: 'public' });
  } catch (error) {
    if (!(error instanceof RequirementError)) throw error;
    const lines = error.message.split('\n').map((problem) => `${path}: ${problem}`);
    throw new FileError(lines.join('\n'));
  }
}
