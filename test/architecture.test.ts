import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../src', import.meta.url));

interface SourceFile {
  /** The path below `src`, with slashes. */
  readonly path: string;
  readonly text: string;
  /** The files below `src` that it imports, also for types only. */
  readonly imports: readonly string[];
  /** Those that are still imports when the types are gone. */
  readonly loads: readonly string[];
  /** The packages and Node modules that it imports, by package name. */
  readonly packages: readonly string[];
}

const IMPORT = /(?:\bfrom|(?<!')\bimport|\bimport\s*\()\s*'([^']+)'/g;
const TYPES_ONLY = /^(import|export) type [^;]*;/gm;

const specifiersOf = (text: string) => [...text.matchAll(IMPORT)].map(([, name = '']) => name);

/** The files that the relative ones among the specifiers name. */
const localOf = (path: string, specifiers: readonly string[]) =>
  specifiers
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => relative(SRC, join(SRC, dirname(path), specifier)).replaceAll('\\', '/'));

const FILES: readonly SourceFile[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => /\.tsx?$/.test(path))
  .sort()
  .map((path) => {
    const text = readFileSync(join(SRC, path), 'utf8');
    const specifiers = specifiersOf(text);
    return {
      path,
      text,
      imports: localOf(path, specifiers),
      loads: localOf(path, specifiersOf(text.replace(TYPES_ONLY, ''))),
      packages: specifiers
        .filter((specifier) => !specifier.startsWith('.'))
        .map((name) => (/^(@[^/]+\/)?[^/]+/.exec(name) ?? [name])[0]),
    };
  });

const CODE = FILES.filter(({ path }) => !path.startsWith('explorer/'));

/** The layers of `design.md` section 2, lowest first; those of one line stand beside each other. */
const LAYERS: readonly (readonly string[])[] = [
  ['errors'],
  ['scopes', 'limits', 'telemetry'],
  ['enforce'],
  ['token'],
  ['data'],
  ['commands'],
  ['schema'],
  ['engine'],
  ['gateway', 'oauth', 'events'],
  ['config', 'config-values', 'server'],
  ['cli'],
];

/** `config` and `server` are files of one layer; folders beside each other do not see each other. */
const isPair = (one: string, other: string) =>
  ['config', 'config-values', 'server'].includes(one) && other !== 'cli';

/** The folder of a file, or its own name for a file that stands in none. */
const layerOf = (path: string) => path.replace(/(\/.*|\.tsx?)$/, '');
const rankOf = (path: string) => LAYERS.findIndex((layer) => layer.includes(layerOf(path)));

/** Every import as a sentence, of those for which `isWrong` holds. */
const importsOf = (
  files: readonly SourceFile[],
  isWrong: (file: SourceFile, imported: string) => boolean,
) =>
  files.flatMap((file) =>
    [...file.imports, ...file.packages]
      .filter((imported) => isWrong(file, imported))
      .map((imported) => `${file.path} imports ${imported}`),
  );

/** Every way to come back to a file by following imports. */
function circlesOf(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, trail: readonly string[]) => {
    const start = trail.indexOf(path);
    if (start >= 0) circles.push([...trail.slice(start), path].join(' -> '));
    if (start >= 0 || done.has(path)) return;
    for (const next of imports.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of imports.keys()) visit(path, []);
  return circles;
}

const inFolder = (name: string) => CODE.filter(({ path }) => path.startsWith(`${name}/`));

describe('the reader of this test', () => {
  it('sees the files and their imports', () => {
    expect(FILES.length).toBeGreaterThan(60);
    const builder = FILES.find(({ path }) => path === 'schema/builder.ts');
    expect(builder?.imports).toContain('scopes/catalogue.ts');
    expect(builder?.imports).toContain('schema/scope-plugin.ts');
    expect(builder?.packages).toContain('@pothos/plugin-relay');
  });

  it('finds a file behind every relative import', () => {
    const known = new Set(FILES.map(({ path }) => path));
    const wrong = importsOf(CODE, ({ imports }, imported) => {
      return imports.includes(imported) && /\.tsx?$/.test(imported) && !known.has(imported);
    });
    expect(wrong).toEqual([]);
  });
});

describe('imports', () => {
  it('point down: each folder has its layer', () => {
    const homeless = CODE.filter(({ path }) => rankOf(path) === -1).map(({ path }) => path);
    expect(homeless).toEqual([]);
  });

  it('point down: no file imports from a layer above its own, or one beside it', () => {
    const wrong = importsOf(CODE, ({ path, imports }, imported) => {
      const own = layerOf(path);
      const other = layerOf(imported);
      if (!imports.includes(imported) || other === own) return false;
      return (
        rankOf(imported) > rankOf(path) ||
        (rankOf(imported) === rankOf(path) && !isPair(own, other))
      );
    });
    expect(wrong).toEqual([]);
  });

  it('never go in a circle', () => {
    expect(circlesOf(new Map(FILES.map(({ path, loads }) => [path, loads])))).toEqual([]);
  });

  it('never go in a circle by their types either, but for the seed', () => {
    const files = FILES.filter(({ path }) => !path.startsWith('data/seed/'));
    expect(circlesOf(new Map(files.map(({ path, imports }) => [path, imports])))).toEqual([]);
  });

  it('of scopes are graphql and errors, and nothing else', () => {
    const wrong = importsOf(
      inFolder('scopes'),
      (_, imported) => !/^(scopes\/.*|errors\.ts|graphql)$/.test(imported),
    );
    expect(wrong).toEqual([]);
  });

  it('of errors are none', () => {
    expect(
      importsOf(
        CODE.filter(({ path }) => path === 'errors.ts'),
        () => true,
      ),
    ).toEqual([]);
  });

  it('of schema see data as types, loaders, names and prices, never a database', () => {
    const allowed = /^data\/(batches|entities|loaders|pricing|source|values)\.ts$/;
    const wrong = importsOf(
      inFolder('schema'),
      (_, imported) =>
        (imported.startsWith('data/') && !allowed.test(imported)) ||
        ['pg', 'drizzle-orm', '@electric-sql/pglite', 'dataloader'].includes(imported),
    );
    expect(wrong).toEqual([]);
  });

  it('of prices, which schema and seed share, are the values alone', () => {
    const prices = CODE.filter(({ path }) => path === 'data/pricing.ts');
    expect(prices).toHaveLength(1);
    expect(importsOf(prices, (_, imported) => imported !== 'data/values.ts')).toEqual([]);
  });

  it('of a database driver stay in data', () => {
    const outside = CODE.filter(({ path }) => !path.startsWith('data/'));
    const wrong = importsOf(
      outside,
      ({ path }, imported) =>
        ['pg', '@electric-sql/pglite'].includes(imported) ||
        // Commands and the authorization server write statements, within the transaction that they are given.
        (imported === 'drizzle-orm' && !/^(commands|oauth)\//.test(path)),
    );
    expect(wrong).toEqual([]);
  });

  it('of Pothos stay in schema', () => {
    const outside = CODE.filter(({ path }) => !path.startsWith('schema/'));
    expect(importsOf(outside, (_, imported) => imported.startsWith('@pothos/'))).toEqual([]);
  });

  it('of the explorer stay within it, because it is built for the browser', () => {
    const explorer = FILES.filter(({ path }) => path.startsWith('explorer/'));
    const wrong = [
      ...importsOf(CODE, (_, imported) => imported.startsWith('explorer/')),
      ...importsOf(explorer, (_, imported) =>
        /^(node:|data\/|schema\/|gateway\/|cli\/|token\/)/.test(imported),
      ),
    ];
    expect(wrong).toEqual([]);
  });
});

/** What is used of `process` outside the command line, and why. */
const PROCESS: Readonly<Record<string, readonly string[]>> = {
  // A lock names the process that holds it, and asks whether that one still lives.
  'data/folder-lock.ts': ['pid', 'kill'],
  // The tick after the promise jobs, as DataLoader waits for it: of one request, and of those that go on together.
  'data/waves.ts': ['nextTick'],
  'data/gathered-lookups.ts': ['nextTick'],
};

describe('the process', () => {
  it('is touched by the command line alone, but for what is listed here', () => {
    const used = CODE.filter(({ path }) => !path.startsWith('cli/')).flatMap(({ path, text }) =>
      [...text.matchAll(/\bprocess\.([a-zA-Z]+)|\bfrom '(?:node:)?process'/g)].map(
        ([whole, member]) => ({ path, member: member ?? whole }),
      ),
    );
    const wrong = used.filter(({ path, member }) => !PROCESS[path]?.includes(member));
    expect(wrong).toEqual([]);
    for (const [path, members] of Object.entries(PROCESS)) {
      const found = new Set(used.filter((use) => use.path === path).map(({ member }) => member));
      expect([path, [...found].sort()]).toEqual([path, [...members].sort()]);
    }
  });
});

describe('files', () => {
  it('are named in kebab-case', () => {
    const wrong = FILES.map(({ path }) => path).filter(
      (path) => !/^([a-z0-9]+(-[a-z0-9]+)*\/)*[a-z0-9]+(-[a-z0-9]+)*(\.d)?\.tsx?$/.test(path),
    );
    expect(wrong).toEqual([]);
  });

  it('are never called utils, helpers, common or misc', () => {
    const wrong = FILES.map(({ path }) => path).filter((path) =>
      /(^|\/|-)(utils?|helpers?|common|misc|shared)(\/|\.|-)/.test(path),
    );
    expect(wrong).toEqual([]);
  });

  it('are no barrels, but for the schema and what the package exports', () => {
    const indexes = FILES.map(({ path }) => path).filter((path) =>
      /^index\.tsx?$/.test(basename(path)),
    );
    expect(indexes).toEqual(['schema/index.ts']);
    const barrels = FILES.filter(({ text }) => {
      const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
      const rest = code.replace(/^export (type )?(\*[^;]*|\{[^}]*\}) from [^;]+;/gm, '');
      return rest.trim() === '';
    });
    expect(barrels.map(({ path }) => path)).toEqual(['enforce.ts']);
    const whole = FILES.filter(({ text }) => /^export \*/m.test(text));
    expect(whole.map(({ path }) => path)).toEqual([]);
  });

  it('have at most 400 lines, but for lists of data', () => {
    const long = FILES.filter(({ path }) => !path.startsWith('data/seed/'))
      .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
      .filter(({ lines }) => lines > 400);
    expect(long).toEqual([]);
  });

  it('use no TypeScript that does not erase, and silence no check of types', () => {
    const wrong = FILES.flatMap(({ path, text }) =>
      [...text.matchAll(/@ts-(ignore|nocheck|expect-error)|^(export )?(const )?enum /gm)].map(
        ([match]) => `${path}: ${match}`,
      ),
    );
    expect(wrong).toEqual([]);
  });
});

describe('the program', () => {
  it('loads what a command is made of only when it is that command', () => {
    const main = FILES.find(({ path }) => path === 'cli/main.ts');
    const atOnce = [...(main?.text.replace(TYPES_ONLY, '') ?? '').matchAll(/ from '(\.[^']+)'/g)];
    expect(atOnce.map(([, path]) => path)).toEqual(['../errors.ts', './io.ts']);
    expect(main?.loads).toEqual(expect.arrayContaining(['cli/start.ts', 'cli/scopes.ts']));
  });
});
