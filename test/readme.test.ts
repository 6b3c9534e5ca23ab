import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { scopes } from '../src/cli/scopes.ts';
import { SETTINGS } from '../src/config.ts';
import { DEMO_CUSTOMER_EMAIL } from '../src/data/seed/demo-stores.ts';
import { SCOPES, type ScopeDefinition } from '../src/scopes/catalogue.ts';
import { parseIssuers } from '../src/token/issuer-settings.ts';
import { buildIfStale, ROOT } from './cli/build.ts';
import { capturedIo, cleanUp, type RunningCli, seededFolder, startCli } from './cli/kit.ts';
import { cloneDatabase } from './support/postgres.ts';

const read = (path: string) => readFile(new URL(`../${path}`, import.meta.url), 'utf8');
const readme = await read('README.md');

/** What the README says before its first heading below the title. */
const [firstScreen = ''] = readme.split('\n## ', 1);

/** What CI runs on a fresh machine, and this test therefore does not. */
const RUN_BY_CI = ['npm ci', 'npm start'];

/** What npm does by itself. */
const NPM_COMMANDS = ['ci', 'pack', 'install'];

/** The address in the README. */
const ADDRESS = 'http://127.0.0.1:4000';

/** The text of the fenced blocks of a language, in order. */
const blocks = (text: string, language: string) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, block = '']) => block.trimEnd(),
  );

/** What stands between two markers. */
function marked(name: string): string {
  const [, text = ''] =
    new RegExp(`<!-- ${name} -->\\n(.*?)\\n<!-- /${name} -->`, 's').exec(readme) ?? [];
  return text;
}

/** A table as the formatter leaves it, its columns as wide as their widest cells. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((cells) => cells[column]?.length ?? 0)),
  );
  const rule = widths.map((width) => '-'.repeat(width));
  return [head, rule, ...rows]
    .map((cells) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)))
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

const code = (text: string) => `\`${text}\``;

function noteOn({ sensitivity, gate, kind, includes }: ScopeDefinition): string {
  const notes: string[] = [];
  if (sensitivity !== null) notes.push(sensitivity === 'pii' ? 'personal data' : 'money');
  if (gate === 'admin') notes.push('admin-gated');
  if (kind === 'row') notes.push('widens rows');
  if (includes.length > 0) notes.push(`includes ${includes.map(code).join(' and ')}`);
  return notes.join('; ');
}

describe('the README', () => {
  it('has the table of settings that the settings make', () => {
    const rows = Object.entries(SETTINGS).map(([name, setting]) => [
      code(name),
      'default' in setting ? code(setting.default) : '',
      setting.doc,
    ]);
    expect(marked('settings')).toBe(table(['Name', 'Default', 'Meaning'], rows));
  });

  it('has the table of scopes that the catalogue makes', () => {
    const rows = SCOPES.map((scope) => [
      code(scope.name),
      scope.group,
      scope.description,
      noteOn(scope),
    ]);
    expect(marked('scopes')).toBe(table(['Scope', 'Group', 'What it allows', 'Note'], rows));
  });

  it('quotes the schema as it is', async () => {
    const sdl = await read('schema.graphql');
    const lines = blocks(readme, 'graphql').flatMap((block) => block.split('\n'));
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.filter((line) => !sdl.split('\n').includes(line))).toEqual([]);
  });

  it('shows issuers that a gateway would take', () => {
    const shown = blocks(readme, 'json').filter((block) => block.startsWith('['));
    expect(shown).toHaveLength(1);
    const { settings, problems } = parseIssuers(shown[0] ?? '');
    expect(problems).toEqual([]);
    expect(settings).toHaveLength(1);
  });

  it('names no script that package.json does not have', async () => {
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(await read('package.json'));
    const named = [...readme.matchAll(/npm (?:run )?(?:-s )?([a-z][a-z:]*)/g)].map(
      ([, name = '']) => name,
    );
    const unknown = named.filter(
      (name) => !NPM_COMMANDS.includes(name) && !Object.hasOwn(scripts, name),
    );
    expect(unknown).toEqual([]);
    expect(named).toEqual(expect.arrayContaining(['ci', 'start', 'test', 'check', 'scopegate']));
  });

  it('names every folder of src', async () => {
    const shown = readme.match(/(?<=^src\/)\w+(?= )/gm) ?? [];
    const entries = await readdir(new URL('../src', import.meta.url), { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    expect(shown.toSorted()).toEqual(folders.sort());
  });

  it('speaks of scopes, with no other word for them', () => {
    expect(readme).not.toMatch(/permission|privilege|access right/i);
  });

  it('names no variable that is not a setting', () => {
    const named = new Set(readme.match(/SCOPEGATE_\w+|DATABASE_URL/g));
    const unknown = [...named].filter((name) => name !== 'SCOPEGATE_' && !(name in SETTINGS));
    expect(unknown).toEqual([]);
  });
});

describe('docs/scopes.md', () => {
  it('is what the schema says now', async () => {
    const { io, said } = capturedIo();
    expect(await scopes(['list', '--coordinates'], io)).toBe(0);
    expect(await read('docs/scopes.md')).toBe(said.out);
  });

  it('has every scope of the catalogue, and the README leads to it', async () => {
    const page = await read('docs/scopes.md');
    const chapters = [...page.matchAll(/^### (\w+)$/gm)].map(([, name]) => name);
    expect(chapters).toEqual(SCOPES.map(({ name }) => name));
    expect(readme).toContain('(docs/scopes.md)');
  });
});

describe('the example of the library', () => {
  it('prints what the README shows', async () => {
    await buildIfStale();
    const [, section = ''] = readme.split('\n## On a schema of your own\n');
    const [source = ''] = blocks(section, 'js');
    const [shown = ''] = blocks(section, 'json');
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', source],
      { cwd: ROOT },
    );
    const expected: unknown = JSON.parse(shown);
    expect(essence(JSON.parse(stdout), expected)).toEqual(essence(expected, expected));
  });
});

describe('the example of an import', () => {
  afterAll(cleanUp);

  it('prints what the README shows, and nothing new the second time', async () => {
    await buildIfStale();
    const [, section = ''] = readme.split('\n## Getting data in\n');
    const [command = ''] = blocks(section, 'sh');
    const [shown = ''] = blocks(section, 'text');
    const { PATH = '', HOME = '' } = process.env;
    const env = { PATH, HOME, SCOPEGATE_DATA_DIR: await seededFolder() };
    const options = { cwd: ROOT, env };
    const first = await promisify(execFile)('sh', ['-e', '-c', command], options);
    expect(first.stdout.trimEnd()).toBe(shown);
    const second = await promisify(execFile)('sh', ['-e', '-c', command], options);
    expect(second.stdout.trimEnd()).toBe(shown.replaceAll('created', 'unchanged'));
  }, 120_000);
});

describe('the first store on PostgreSQL', () => {
  it('is made, with an account for it, by the commands that the README shows', async () => {
    await buildIfStale();
    const [, section = ''] = readme.split('\n## PostgreSQL\n');
    const command = blocks(section, 'sh').find((block) => block.includes('store create')) ?? '';
    const { appUrl, drop } = await cloneDatabase(inject('postgresAdminUrl'));
    const { PATH = '', HOME = '' } = process.env;
    const options = { cwd: ROOT, env: { PATH, HOME, DATABASE_URL: appUrl } };
    const { stdout } = await promisify(execFile)('sh', ['-e', '-c', command], options);
    await drop();
    expect(stdout).toMatch(
      /^sto_\w{20} {2}shop\.example\.com .*\nmer_\w{20} .* {2}shop\.example\.com\npassword .*\n$/,
    );
  }, 120_000);
});

describe('what a reader sends to the gateway', () => {
  let gateway: RunningCli;
  let folder: string;
  let answers: readonly unknown[];
  const commands = blocks(firstScreen, 'sh');
  const shown = blocks(firstScreen, 'json').map((block): unknown => JSON.parse(block));

  beforeAll(async () => {
    await buildIfStale();
    folder = await seededFolder();
    gateway = await startCli({ SCOPEGATE_DATA_DIR: folder, PORT: '0' });
    answers = await run(commands.slice(1));
  });
  afterAll(cleanUp);

  /** Runs the blocks in one shell, as a reader would, and gives what each printed. */
  async function run(scripts: readonly string[]): Promise<unknown[]> {
    const script = scripts.join("\nprintf '\\036'\n").replaceAll(ADDRESS, gateway.url);
    const { PATH = '', HOME = '' } = process.env;
    const { stdout } = await promisify(execFile)('sh', ['-e', '-c', script], {
      cwd: ROOT,
      env: { PATH, HOME, SCOPEGATE_DATA_DIR: folder },
    });
    return stdout.split('\x1e').map((text): unknown => JSON.parse(text));
  }

  it('begins with the two commands that CI runs on a fresh machine', () => {
    expect(commands[0]?.split('\n')).toEqual(RUN_BY_CI);
    expect(commands.slice(1).join('\n')).not.toMatch(/npm (ci|start)/);
  });

  it('shows an answer for every other block', () => {
    expect(shown.length).toBe(commands.length - 1);
    expect(answers.length).toBe(shown.length);
  });

  it('shows the welcome as it is printed', () => {
    const said = gateway.out.replaceAll(gateway.url, ADDRESS).replace(/\d+\.\d s/, '1.0 s');
    const [welcome = ''] = blocks(firstScreen, 'text');
    const pieces = welcome.replace(/\d+\.\d s/, '1.0 s').split('…');
    let from = 0;
    for (const piece of pieces) {
      const at = said.indexOf(piece, from);
      expect(at, `the welcome has ${JSON.stringify(piece)}`).toBeGreaterThanOrEqual(from);
      from = at + piece.length;
    }
  });

  it('shows the answers that come, but for what depends on the day of the first start', () => {
    for (const [index, answer] of answers.entries()) {
      expect(essence(answer, shown[index])).toEqual(essence(shown[index], shown[index]));
    }
  });

  it('gets a stranger to a refused field and then to a granted one', () => {
    const [refused, granted] = answers as [Result, Result];
    expect(refused.data.customers).toBeNull();
    expect(refused.data.orders.nodes).toEqual([
      { sourceNumber: expect.any(String), customer: null },
    ]);
    expect(
      refused.errors
        ?.map(({ extensions }) => extensions)
        .map(brief)
        .sort(),
    ).toEqual(['INSUFFICIENT_SCOPE Order.customer', 'INSUFFICIENT_SCOPE Query.customers']);
    expect(granted.errors).toBeUndefined();
    expect(granted.data.customers?.nodes).toMatchObject([{ email: DEMO_CUSTOMER_EMAIL }]);
    expect(granted.data.orders.nodes[0]?.customer?.email).toMatch(/@/);
  });

  it('does once what a mutation says, and answers as it is shown', async () => {
    const [, section = ''] = readme.split('\n## Mutations\n');
    const [command = ''] = blocks(section, 'sh');
    const expected: unknown = JSON.parse(blocks(section, 'json')[0] ?? '');
    const [first, second] = await run([command, command]);
    expect(essence(first, expected)).toEqual(essence(expected, expected));
    expect(second).toEqual(first);
  });

  it('tells an app where to ask for what it was refused', async () => {
    const [, section = ''] = readme.split('\n## Apps, consent and tokens\n');
    const [command = ''] = blocks(section, 'sh');
    const expected: unknown = JSON.parse(blocks(section, 'json')[0] ?? '');
    const [answer] = await run([command]);
    expect(essence(answer, expected)).toEqual(essence(expected, expected));
    const { errors = [] } = answer as Result;
    const url = new URL(String(errors[0]?.extensions.authorizationUrl));
    expect(url.origin).toBe(gateway.url);
    expect([...url.searchParams.keys()]).toEqual(
      ['response_type', 'client_id', 'scope', 'store_id'].concat('redirect_uri'),
    );
    expect(url.searchParams.get('scope')).toContain('read_customers');
  });
});

interface Result {
  readonly data: {
    readonly orders: { readonly nodes: readonly { readonly customer: { email: string } | null }[] };
    readonly customers: { readonly nodes: readonly unknown[] } | null;
  };
  readonly errors?: readonly { readonly extensions: Readonly<Record<string, unknown>> }[];
}

const brief = ({ code, coordinate }: Readonly<Record<string, unknown>>) => `${code} ${coordinate}`;

/** What the demo data of another day may have otherwise, by the end of its path. */
const DATED: readonly (readonly [RegExp, RegExp])[] = [
  [/\.sourceNumber$/, /^#\d+$/],
  [/\.customer\.email$/, /^[^@\s]+@[^@\s]+\.[a-z]+$/i],
  [/\.ordersCount$/, /^[1-9]\d*$/],
  [/\.productCreate\.id$/, /^prd_/],
  [
    /\.authorizationUrl$/,
    /^http:\/\/[^/]+\/oauth\/authorize\?response_type=code&client_id=op_app_/,
  ],
];

/** An answer as far as the README shows it: what it cuts is left out, what depends on the day has only its form. */
function essence(value: unknown, shown: unknown, path = ''): unknown {
  const dated = DATED.find(([place]) => place.test(path));
  if (dated) return dated[1].test(String(value)) ? String(dated[1]) : value;
  if (shown === '…') return '…';
  if (Array.isArray(value) && Array.isArray(shown)) {
    const items = path === '.errors' ? [byCoordinate(value), byCoordinate(shown)] : [value, shown];
    return items[0]?.map((item: unknown, index) => essence(item, items[1]?.[index], path));
  }
  if (!isRecord(value) || !isRecord(shown)) return value;
  const names = '…' in shown ? Object.keys(shown) : [...Object.keys(value), ...Object.keys(shown)];
  return Object.fromEntries(
    names
      .filter((name) => name !== '…')
      .map((name) => [name, essence(value[name], shown[name], `${path}.${name}`)]),
  );
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Fields are refused in no particular order. */
const byCoordinate = (errors: readonly unknown[]) =>
  [...errors].sort((a, b) => coordinateOf(a).localeCompare(coordinateOf(b), 'en'));

const coordinateOf = (error: unknown) =>
  isRecord(error) && isRecord(error.extensions) ? String(error.extensions.coordinate) : '';
