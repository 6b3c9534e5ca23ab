import { parseArgs } from 'node:util';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  validate,
} from 'graphql';
import { schema as ownSchema } from '../schema/index.ts';
import { closure } from '../scopes/effective-scopes.ts';
import {
  type ExplainedGrant,
  type ExplainedNeed,
  type Explanation,
  explain,
} from '../scopes/explain.ts';
import { type Plan, planOperation } from '../scopes/plan.ts';
import { describe, type Scopes, scopesIn } from '../scopes/requirement.ts';
import { requirementIndex, type Undeclared } from '../scopes/requirement-index.ts';
import { ScopeSet, unknownScopes } from '../scopes/scope-set.ts';
import type { Variables } from '../scopes/variables.ts';
import { type Io, UsageError } from './io.ts';
import { FileError, inFile, readDocument, readSchema } from './scopes-files.ts';

const EXPLAIN_HELP = `scopegate scopes explain <file.graphql> [--granted "<scopes>"]

Says which scopes the operation in a file needs, without running it; with --granted also what is missing
and where the answer would have nulls.

  --granted      scopes separated by spaces; "" for a token without any
  --operation    which operation of the file, when it has several
  --variables    a JSON object; without it, what any variables could need
  --schema       an SDL file to explain against, instead of scopegate's own schema; scopes are then any names
  --undeclared   public or refuse: what holds in that file for a field of which nothing says who may use it
                 (Default: public)
  --json         the same for machines

It ends with 0, with 1 when the granted scopes do not suffice, and with 2 when it was called wrongly or a
file cannot be used.
`;

/** Prints what an operation needs and, for a grant, what becomes of it. */
export async function scopesExplain(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      granted: { type: 'string' },
      operation: { type: 'string' },
      variables: { type: 'string' },
      schema: { type: 'string' },
      undeclared: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    io.out(EXPLAIN_HELP);
    return 0;
  }
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) {
    throw new UsageError('scopes explain needs one file with an operation.');
  }
  const isForeign = values.schema !== undefined;
  if (values.undeclared !== undefined && !isForeign) {
    throw new UsageError('--undeclared goes with --schema.');
  }
  const granted = values.granted === undefined ? undefined : grantOf(values.granted, isForeign);
  const sent = values.variables === undefined ? undefined : jsonObject(values.variables);
  const undeclared = undeclaredOf(values.undeclared ?? (isForeign ? 'public' : 'refuse'));
  const schema = values.schema === undefined ? ownSchema : await readSchema(values.schema);
  const document = await readValidDocument(file, schema);
  const operation = operationOf(file, document, values.operation);
  const plan = planned(file, schema, undeclared, document, operation);
  const variables = sent && coerced(plan, sent);
  const explanation = explain(plan, { granted, variables });
  io.out(values.json ? `${JSON.stringify(explanation, null, 2)}\n` : inWords(explanation));
  return explanation.grant === null || explanation.grant.suffices ? 0 : 1;
}

/** The catalogue's inclusions belong to the catalogue: names of another schema stand for themselves. */
function grantOf(text: string, isForeign: boolean): Scopes {
  if (isForeign) return scopesIn(text.split(' ').filter((name) => name !== ''));
  const unknown = unknownScopes(text);
  if (unknown.length > 0) {
    const names = unknown.map((name) => `"${name}"`).join(', ');
    throw new UsageError(
      `--granted names ${names}, which the catalogue does not have. "scopes list" shows what there is.`,
    );
  }
  return closure(ScopeSet.parse(text));
}

function undeclaredOf(text: string): Undeclared {
  if (text === 'public' || text === 'refuse') return text;
  throw new UsageError(`--undeclared is public or refuse, not "${text}".`);
}

function jsonObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Said below, with the same words as for JSON of another kind.
  }
  throw new UsageError('--variables is not a JSON object.');
}

async function readValidDocument(file: string, schema: GraphQLSchema): Promise<DocumentNode> {
  const document = await readDocument(file);
  const errors = validate(schema, document);
  if (errors.length > 0) throw new FileError(inFile(file, errors));
  return document;
}

function operationOf(
  file: string,
  { definitions }: DocumentNode,
  name: string | undefined,
): OperationDefinitionNode {
  const operations = definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  const [first, ...others] = operations as OperationDefinitionNode[];
  if (first === undefined) throw new FileError(`${file}: there is no operation in it.`);
  if (name === undefined && others.length === 0) return first;
  const names = [first, ...others].map((operation) => operation.name?.value ?? '');
  const known = names.filter((known) => known !== '').join(', ') || 'none with a name';
  if (name === undefined) {
    throw new UsageError(`${file} has several operations; --operation says which: ${known}.`);
  }
  const named = [first, ...others].find((operation) => operation.name?.value === name);
  if (named) return named;
  throw new UsageError(`--operation "${name}" is not in ${file}. There are: ${known}.`);
}

function planned(
  file: string,
  schema: GraphQLSchema,
  undeclared: Undeclared,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): Plan {
  try {
    const index = requirementIndex(schema, { undeclared });
    return planOperation(index, document, operation.name?.value ?? null);
  } catch (error) {
    // A schema without operations of this kind: validation does not say so.
    if (!(error instanceof GraphQLError)) throw error;
    const located = new GraphQLError(error.message, { nodes: operation });
    throw new FileError(inFile(file, [located]));
  }
}

function coerced(plan: Plan, sent: Readonly<Record<string, unknown>>): Variables {
  const { coerced, errors = [] } = plan.coerce(sent);
  if (coerced) return coerced;
  throw new UsageError(`--variables do not fit: ${errors.map(({ message }) => message).join(' ')}`);
}

const VARIABLES =
  '\nThe variables are not known: this is what some of them would need. --variables says which they are.\n';

function inWords(explanation: Explanation): string {
  const { needs, grant } = explanation;
  const asking = needs.filter((need) => need.authenticated || need.undeclared);
  const width = Math.max(0, ...asking.map(({ coordinate }) => coordinate.length));
  const lines = asking.map(
    (need) =>
      `  ${need.coordinate.padEnd(width)}  ${takes(need)}${need.conditional ? ', with some variables' : ''}\n`,
  );
  const open = needs.length - asking.length;
  return [
    `${headOf(explanation)}\n`,
    ...(lines.length > 0 ? ['\nWhat each coordinate needs\n', ...lines] : []),
    ...(open > 0 && lines.length > 0
      ? [`  ${open} more ${open > 1 ? 'need' : 'needs'} nothing\n`]
      : []),
    ...(needs.some(({ conditional }) => conditional) ? [VARIABLES] : []),
    ...(grant ? [`\n${grantInWords(explanation, grant)}`] : []),
  ].join('');
}

const takes = ({ authenticated, requiredScopes, undeclared }: ExplainedNeed) =>
  undeclared ? 'nobody may: nothing says who' : describe({ authenticated, anyOf: requiredScopes });

function headOf({ operation, minimalScopes, capped, authenticated }: Explanation): string {
  const name =
    operation.name === null ? `This ${operation.kind}` : `${operation.kind} ${operation.name}`;
  const [first, ...others] = minimalScopes;
  if (first === undefined) return `${name} cannot be granted whole by any scopes.`;
  if (first.length === 0) {
    return authenticated
      ? `${name} needs a valid token, of any scopes.`
      : `${name} needs no token.`;
  }
  if (others.length === 0) return `${name} needs ${first.join(' and ')}.`;
  const sets = [first, ...others].map((set) => `  ${set.join(' ')}`).join('\n');
  const more = capped ? '\n  … and there are more: alternatives multiply, these are some' : '';
  return `${name} needs one of these sets of scopes\n${sets}${more}`;
}

function grantInWords({ operation }: Explanation, grant: ExplainedGrant): string {
  const granted = grant.grantedScopes.join(' ') || 'no scopes';
  if (grant.suffices) return `Granted ${granted}: this suffices.\n`;
  const missing = grant.missingScopes.join(' and ');
  const lacks = missing === '' ? 'no scopes would mend it' : `missing ${missing}`;
  const head = `Granted ${granted}: this does not suffice, ${lacks}.\n`;
  if (operation.kind === 'mutation')
    return `${head}A mutation runs whole or not at all: nothing would run.\n`;
  const width = Math.max(...grant.predictedNulls.map(({ path }) => path.length));
  const lines = grant.predictedNulls.map(({ path, nulledPath, coordinate }) => {
    const risen =
      nulledPath === path ? '' : `, which makes ${nulledPath || 'the whole answer'} null`;
    return `  ${path.padEnd(width)}  ${coordinate}${risen}\n`;
  });
  const more = grant.nullsCapped ? '  … and there are more\n' : '';
  return `${head}\nNulls in the answer, and what is refused there\n${lines.join('')}${more}`;
}
