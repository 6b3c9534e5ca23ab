import { parseArgs } from 'node:util';
import { schema } from '../schema/index.ts';
import { SCOPES, type ScopeDefinition } from '../scopes/catalogue.ts';
import { grouped } from '../scopes/grouped.ts';
import { openings } from '../scopes/openings.ts';
import { type Io, UsageError } from './io.ts';
import { noteOn } from './scope-notes.ts';
import { coordinatesOfScope, coordinatesPage } from './scopes-coordinates.ts';
import { scopesDiff } from './scopes-diff.ts';
import { scopesExplain } from './scopes-explain.ts';
import { FileError } from './scopes-files.ts';

const SCOPES_HELP = `scopegate scopes <command>

  list [--json]                     every scope: what it allows, and how many coordinates of the schema ask for it
  list --coordinates [--json]       every scope with the coordinates themselves, as Markdown
  explain <file.graphql>            what an operation needs, and what a grant leaves of it
  diff <old.graphql> <new.graphql>  what a change of a schema opens and closes

explain --help and diff --help tell more.
`;

/** The commands around scopes. A file that cannot be used ends them with 2, as wrong usage does. */
export async function scopes(args: readonly string[], io: Io): Promise<number> {
  const [command, ...rest] = args;
  try {
    switch (command) {
      case 'list':
        return list(rest, io);
      case 'explain':
        return await scopesExplain(rest, io);
      case 'diff':
        return await scopesDiff(rest, io);
      case '--help':
      case '-h':
        io.out(SCOPES_HELP);
        return 0;
      default:
        throw new UsageError(
          command === undefined
            ? 'Which scopes command? There are: list, explain, diff.'
            : `"scopes ${command}" is not a command. There are: list, explain, diff.`,
        );
    }
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    io.err(`${error.message}\n`);
    return 2;
  }
}

/** A scope of the catalogue, with how many coordinates ask for it. */
type Listed = ScopeDefinition & { readonly coordinates: number };

function list(args: readonly string[], io: Io): number {
  const { values } = parseArgs({
    args: [...args],
    options: {
      coordinates: { type: 'boolean' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    io.out(SCOPES_HELP);
    return 0;
  }
  const opened = openings(schema);
  if (values.coordinates && !values.json) {
    io.out(coordinatesPage(opened));
    return 0;
  }
  const listed = SCOPES.map((scope) => {
    const coordinates = coordinatesOfScope(opened, scope.name);
    return { ...scope, coordinates };
  });
  const counted = listed.map((scope) => ({ ...scope, coordinates: scope.coordinates.length }));
  const shown = values.coordinates ? listed : counted;
  io.out(values.json ? `${JSON.stringify(shown, null, 2)}\n` : inWords(counted));
  return 0;
}

function inWords(listed: readonly Listed[]): string {
  const width = Math.max(...listed.map(({ name }) => name.length));
  return [...grouped(listed, ({ group }) => group)]
    .map(([group, members]) => {
      const lines = members.map((scope) => {
        const count = scope.kind === 'row' ? 'rows' : String(scope.coordinates);
        const { name, description, includes } = scope;
        const more = includes.length > 0 ? [`includes ${includes.join(' and ')}`] : [];
        return `  ${name.padEnd(width)} ${count.padStart(5)}  ${description}${noteOn(scope, ...more)}`;
      });
      return `${group}\n${lines.join('\n')}\n`;
    })
    .join('\n');
}
