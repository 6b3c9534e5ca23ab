import { SCOPES, type ScopeDefinition } from '../scopes/catalogue.ts';
import { grouped } from '../scopes/grouped.ts';
import type { Opened, OpenedKind, Opening } from '../scopes/openings.ts';

const INTRODUCTION = `# What each scope opens

Every scope of the catalogue, with the part of the schema that it opens. This file is printed: \`npm run scopes\` makes
it anew.

A name such as \`Order.customer\` is a schema coordinate: a type and what is inside it, \`Query.orders(filter:)\` is an
argument. A type that is named alone is opened with all of its fields, but for those named after it. Arguments, input
fields and enum values that are not listed come with the field that takes them.

What takes several scopes is listed under each of them, below what it takes besides. What any one of several scopes
opens is listed under each of them too, with the others.
`;

const TITLES: readonly (readonly [OpenedKind, string])[] = [
  ['type', 'Types'],
  ['query', 'Queries'],
  ['mutation', 'Mutations'],
  ['subscription', 'Subscriptions'],
  ['field', 'Fields'],
  ['argument', 'Arguments'],
  ['input field', 'Input fields'],
  ['enum value', 'Enum values'],
];

const code = (text: string) => `\`${text}\``;
const listOf = (names: readonly string[]) => names.map(code).join(', ');

/** The catalogue as a Markdown page: each scope with the coordinates that it opens. */
export function coordinatesPage(opened: readonly Opening[]): string {
  const groups = [...grouped(SCOPES, ({ group }) => group)].map(
    ([group, scopes]) =>
      `## ${group}\n\n${scopes.map((scope) => chapterOf(scope, opened)).join('\n')}`,
  );
  return [INTRODUCTION, ...groups, withoutScopes(opened)].join('\n');
}

/** The coordinates that ask for a scope, each with everything that it takes. */
export function coordinatesOfScope(opened: readonly Opening[], name: string) {
  return opened
    .filter(({ requirement }) => asksFor(requirement, name))
    .flatMap(({ requirement, coordinates }) =>
      coordinates.map((coordinate) => ({ coordinate, requiredScopes: requirement.anyOf })),
    );
}

type Requirement = Opening['requirement'];

const asksFor = ({ anyOf }: Requirement, name: string) =>
  anyOf.some((group) => group.includes(name));

function chapterOf(scope: ScopeDefinition, opened: readonly Opening[]): string {
  const own = opened.filter(({ requirement }) => asksFor(requirement, scope.name));
  const sections = own.map(
    (opening) => `${conditionOf(scope, opening.requirement)}:\n\n${contentsOf(opening)}`,
  );
  return [`### ${scope.name}\n\n${scope.description}${notesOn(scope)}\n`, ...sections].join('\n');
}

function notesOn({ sensitivity, gate, kind, includes }: ScopeDefinition): string {
  const notes = [
    ...(sensitivity === 'pii' ? ['Personal data.'] : []),
    ...(sensitivity === 'financial' ? ['Money.'] : []),
    ...(gate === 'admin' ? ['For apps that the platform has reviewed and approved.'] : []),
    ...(includes.length > 0
      ? [`Includes ${includes.map(code).join(' and ')}, with all that they open.`]
      : []),
  ];
  const rows =
    kind === 'row'
      ? '\n\nIt opens no coordinate: with it, those that other scopes open show more rows.'
      : '';
  return `${notes.length > 0 ? ` *${notes.join(' ')}*` : ''}${rows}`;
}

/** What a coordinate takes besides a scope, and what would do in its place. */
function conditionOf({ name, includes }: ScopeDefinition, { anyOf }: Requirement): string {
  const named = (other: string) =>
    includes.includes(other) ? `${code(other)}, which it includes` : code(other);
  const withIt = anyOf.filter((group) => group.includes(name));
  const others = withIt.map((group) => group.filter((other) => other !== name));
  const isAlone = others.some((group) => group.length === 0);
  const own = isAlone
    ? 'By itself'
    : `Together with ${others.map((group) => group.map(named).join(' and ')).join(' or ')}`;
  const without = anyOf.filter((group) => !group.includes(name));
  if (without.length === 0) return own;
  const instead = without.map((group) => group.map(code).join(' with '));
  return `${own}, or in its place ${instead.join(' or ')}`;
}

function contentsOf({ opened }: Pick<Opening, 'opened'>): string {
  return TITLES.flatMap(([kind, title]) => {
    const names = opened.filter((each) => each.kind === kind).map(nameOf);
    return names.length > 0 ? [`- ${title}: ${names.join(', ')}\n`] : [];
  }).join('');
}

const nameOf = ({ name, except }: Opened) =>
  except.length === 0 ? code(name) : `${code(name)} (without ${listOf(except)})`;

function withoutScopes(opened: readonly Opening[]): string {
  const sections = opened
    .filter(({ requirement }) => requirement.anyOf.length === 0)
    .map((opening) => {
      const who = opening.requirement.authenticated ? 'Any valid token' : 'Anyone';
      return `${who}:\n\n${contentsOf(opening)}`;
    });
  return [
    '## Without scopes\n\nSuch a type is open where a field leads to it that may be read.\n',
    ...sections,
  ].join('\n');
}
