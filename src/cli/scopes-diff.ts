import { parseArgs } from 'node:util';
import { diffScopes, type ScopeChange, type Witness } from '../scopes/diff.ts';
import { grouped } from '../scopes/grouped.ts';
import { describe, type Requirement } from '../scopes/requirement.ts';
import { type Io, UsageError } from './io.ts';
import { readSchema } from './scopes-files.ts';

const DIFF_HELP = `scopegate scopes diff <old.graphql> <new.graphql> [--json]

Compares who may use what in two schemas: by who satisfies a rule, not by how it is written. SDL with
@requiresScopes and @authenticated; what has neither, and whose type has neither, is open to anyone.

  tightened   breaking: someone who could use it no longer can
  loosened    to review: someone who could not use it now can
  moved       both
  removed     breaking
  added       nothing to decide; to review when it is open to anyone

It ends with 0 when there is nothing to decide, 1 when something is breaking, 3 when something is to be
reviewed and nothing is breaking, 2 when it was called wrongly or a file cannot be used.
`;

/** Exit codes, as the help says them. */
const NOTHING = 0;
const BREAKING = 1;
const REVIEW = 3;

/** Prints how two SDL files differ in who may use what. */
export async function scopesDiff(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    io.out(DIFF_HELP);
    return 0;
  }
  const [oldFile, newFile, ...others] = positionals;
  if (oldFile === undefined || newFile === undefined || others.length > 0) {
    throw new UsageError('scopes diff needs two files: the old schema and the new one.');
  }
  const changes = diffScopes(await readSchema(oldFile), await readSchema(newFile));
  io.out(values.json ? asJson(changes) : inWords(changes));
  if (changes.some(({ breaking }) => breaking)) return BREAKING;
  return changes.some(({ review }) => review) ? REVIEW : NOTHING;
}

const countsOf = (changes: readonly ScopeChange[]) => ({
  breaking: changes.filter(({ breaking }) => breaking).length,
  review: changes.filter(({ review }) => review).length,
  other: changes.filter(({ breaking, review }) => !breaking && !review).length,
});

function asJson(changes: readonly ScopeChange[]): string {
  const ruleOf = (requirement: Requirement | null) =>
    requirement && {
      authenticated: requirement.authenticated,
      requiredScopes: requirement.anyOf,
    };
  const listed = changes.map(({ before, after, ...change }) => ({
    ...change,
    before: ruleOf(before),
    after: ruleOf(after),
  }));
  return `${JSON.stringify({ ...countsOf(changes), changes: listed }, null, 2)}\n`;
}

function inWords(changes: readonly ScopeChange[]): string {
  if (changes.length === 0) return 'Nothing is decided otherwise.\n';
  const { breaking, review, other } = countsOf(changes);
  const sections = [
    section(
      'BREAKING',
      changes.filter((change) => change.breaking),
    ),
    section(
      'TO REVIEW',
      changes.filter((change) => change.review && !change.breaking),
    ),
    section(
      'NOTHING TO DECIDE',
      changes.filter((change) => !change.review && !change.breaking),
    ),
  ];
  const summary = `${breaking} breaking, ${review} to review, ${other} with nothing to decide.`;
  return `${sections.join('')}${summary}\n`;
}

/** Changes that read alike are one paragraph: what changed, then where. */
function section(title: string, changes: readonly ScopeChange[]): string {
  if (changes.length === 0) return '';
  const paragraphs = [...grouped(changes, sentenceOf)].map(
    ([sentence, alike]) =>
      `  ${sentence}\n    ${alike.map(({ coordinate }) => coordinate).join(', ')}\n`,
  );
  return `${title}\n${paragraphs.join('')}\n`;
}

function sentenceOf({ kind, before, after, losing, gaining }: ScopeChange): string {
  if (kind === 'removed') return `removed: took ${takes(before)}`;
  if (kind === 'added')
    return `added: takes ${takes(after)}${after?.authenticated ? '' : ' of its own'}`;
  if (kind === 'added-open') return 'added: open to anyone';
  const effects = [
    ...(losing ? [`${who(losing)} can no longer`] : []),
    ...(gaining ? [`${who(gaining)} now can`] : []),
  ];
  return `${kind}: took ${takes(before)}, takes ${takes(after)}; ${effects.join(', ')}`;
}

const takes = (requirement: Requirement | null) =>
  requirement ? describe(requirement) : 'nothing';

function who({ token, scopes }: Witness): string {
  if (!token) return 'a request without a token';
  return scopes.length === 0
    ? 'a token without scopes'
    : `a token with only ${scopes.join(' and ')}`;
}
