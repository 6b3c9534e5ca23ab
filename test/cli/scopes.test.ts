import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from '../../src/cli/io.ts';
import { scopes } from '../../src/cli/scopes.ts';
import { SCOPES } from '../../src/scopes/catalogue.ts';
import { buildIfStale, ROOT } from './build.ts';
import { capturedIo, cleanUp, emptyFolder, runCli } from './kit.ts';

let folder: string;
beforeAll(async () => {
  folder = await emptyFolder();
});
afterAll(cleanUp);

/** Writes a file and gives its path. */
async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

/** What a command said and the code it ended with, without the path of the folder. */
async function said(...args: string[]) {
  const { io, said: output } = capturedIo();
  const code = await scopes(args, io);
  const short = (text: string) => text.replaceAll(`${folder}/`, '');
  return { code, out: short(output.out), err: short(output.err) };
}

/** How a call is refused as wrong usage; nothing may have been printed. */
async function usage(...args: string[]): Promise<string> {
  const { io, said: output } = capturedIo();
  const error: unknown = await scopes(args, io).then(
    (code) => expect.fail(`it ended with ${code}`),
    (reason: unknown) => reason,
  );
  expect(output).toEqual({ out: '', err: '' });
  const isUsage =
    error instanceof UsageError ||
    (error instanceof TypeError && 'code' in error && /^ERR_PARSE_ARGS/.test(String(error.code)));
  expect(isUsage).toBe(true);
  return (error as Error).message.replaceAll(`${folder}/`, '');
}

const schemaFile = join(ROOT, 'schema.graphql');

describe('scopes', () => {
  it.each([[['--help']], [['-h']], [['list', '--help']]])(
    'explains itself with %j',
    async (args) => {
      const { code, out, err } = await said(...args);
      expect([code, err]).toEqual([0, '']);
      for (const command of ['list', 'explain', 'diff']) expect(out).toContain(`\n  ${command} `);
    },
  );

  it('refuses another command, naming those that there are', async () => {
    expect(await usage()).toBe('Which scopes command? There are: list, explain, diff.');
    expect(await usage('lst')).toBe(
      '"scopes lst" is not a command. There are: list, explain, diff.',
    );
  });
});

interface Listed {
  readonly name: string;
  readonly coordinates: readonly {
    readonly coordinate: string;
    readonly requiredScopes: readonly (readonly string[])[];
  }[];
}

describe('scopes list', () => {
  it('has every scope of the catalogue, with how many coordinates ask for it', async () => {
    const { code, out, err } = await said('list', '--json');
    expect([code, err]).toEqual([0, '']);
    const listed: readonly { readonly name: string; readonly coordinates: number }[] =
      JSON.parse(out);
    expect(listed).toEqual(SCOPES.map((scope) => ({ ...scope, coordinates: expect.any(Number) })));
    const count = (name: string) => listed.find((scope) => scope.name === name)?.coordinates;
    expect(count('read_orders')).toBeGreaterThan(100);
    // The guarded input fields and enum values are coordinates as fields are.
    expect(count('read_customers')).toBeGreaterThan(count('read_store') ?? 0);
  });

  it('is the same in words, by group', async () => {
    const { code, out } = await said('list');
    expect(code).toBe(0);
    for (const { name, group, description } of SCOPES) {
      expect(out).toMatch(new RegExp(`^  ${name} +(\\d+|rows)  `, 'm'));
      expect(out).toContain(description);
      expect(out).toMatch(new RegExp(`^${group}$`, 'm'));
    }
    expect(out).toMatch(/^ {2}manage_claims .*\(money; includes read_claims and write_claims\)$/m);
    expect(out).toMatch(/^ {2}read_all_orders +rows /m);
    expect(out).toMatch(/^ {2}write_warranty_pricing .*\(money; reviewed apps only\)$/m);
  });

  it('lists the coordinates themselves, with all that each takes', async () => {
    const { code, out, err } = await said('list', '--coordinates', '--json');
    expect([code, err]).toEqual([0, '']);
    const listed: readonly Listed[] = JSON.parse(out);
    const requiredScopes = (name: string, coordinate: string) =>
      listed
        .find((scope) => scope.name === name)
        ?.coordinates.find((opened) => opened.coordinate === coordinate)?.requiredScopes;
    expect(requiredScopes('read_orders', 'Order.tags')).toEqual([['read_orders']]);
    for (const name of ['read_orders', 'read_customers']) {
      expect(requiredScopes(name, 'Order.customer')).toEqual([['read_customers', 'read_orders']]);
    }
    expect(requiredScopes('read_customers', 'Order.tags')).toBeUndefined();
    for (const name of ['list_policies', 'read_policies']) {
      expect(requiredScopes(name, 'Policy.id')).toEqual([['list_policies'], ['read_policies']]);
    }
    const counted: readonly { readonly coordinates: number }[] = JSON.parse(
      (await said('list', '--json')).out,
    );
    expect(counted.map(({ coordinates }) => coordinates)).toEqual(
      listed.map(({ coordinates }) => coordinates.length),
    );
  });

  it('prints them as a page, below what each takes', async () => {
    const { code, out, err } = await said('list', '--coordinates');
    expect([code, err]).toEqual([0, '']);
    const [, orders = ''] = /^### read_orders$(.*?)^###? /ms.exec(out) ?? [];
    expect(orders).toMatch(/^By itself:\n\n- Types: .*`Order` \(without .*`customer`.*\)/m);
    expect(orders).toMatch(/^Together with `read_customers`:\n\n- Fields: .*`Order\.customer`/m);
    const [, policies = ''] = /^### list_policies$(.*?)^###? /ms.exec(out) ?? [];
    expect(policies).toMatch(/^By itself, or in its place `read_policies`:\n\n- Types: `Policy` /m);
    const [, claims = ''] = /^### manage_claims$(.*?)^###? /ms.exec(out) ?? [];
    expect(claims).toMatch(/^- Mutations: `Mutation\.claimApprove`/m);
    expect(claims).toMatch(/^Together with `read_claims`, which it includes:$/m);
    const [, rows = ''] = /^### read_all_orders$(.*?)^###? /ms.exec(out) ?? [];
    expect(rows).toContain('It opens no coordinate');
    expect(rows).not.toContain('- ');
  });

  it('takes no file', async () => {
    expect(await usage('list', 'schema.graphql')).toContain('schema.graphql');
  });
});

const NEWEST = `query Newest($filter: OrderFilter) {
  orders(first: 2, filter: $filter) {
    nodes { sourceNumber customer { email } }
  }
}`;

describe('scopes explain', () => {
  it('says which scopes an operation needs, and what each coordinate needs', async () => {
    const { code, out, err } = await said('explain', await file('newest.graphql', NEWEST));
    expect([code, err]).toEqual([0, '']);
    expect(out).toBe(`query Newest needs read_customers and read_orders.

What each coordinate needs
  Query.orders               read_orders
  OrderFilter.customerEmail  read_customers, with some variables
  OrderConnection.nodes      read_orders
  Order.sourceNumber         read_orders
  Order.customer             read_customers and read_orders
  Customer.email             read_customers

The variables are not known: this is what some of them would need. --variables says which they are.
`);
  });

  it('ends with 1 where the grant does not suffice, and says what is missing and null', async () => {
    const path = await file('newest.graphql', NEWEST);
    const { code, out } = await said(
      ...['explain', path, '--granted', 'read_orders', '--variables', '{}'],
    );
    expect(code).toBe(1);
    expect(out).not.toContain('variables');
    expect(out).toMatch(
      /\n\nGranted read_orders: this does not suffice, missing read_customers\.\n/,
    );
    expect(out).toMatch(/what is refused there\n {2}orders\.nodes\.customer {2}Order\.customer\n$/);
  });

  it('ends with 0 where the grant suffices', async () => {
    const path = await file('newest.graphql', NEWEST);
    const { code, out } = await said('explain', path, '--granted', 'read_orders read_customers');
    expect(code).toBe(0);
    expect(out).toMatch(/\nGranted read_orders read_customers: this suffices\.\n$/);
  });

  it('decides by the variables', async () => {
    const path = await file('newest.graphql', '{ orders(first: 1) { totalCount } }');
    expect((await said('explain', path, '--granted=read_orders')).code).toBe(0);
    const filtered = await file(
      'filtered.graphql',
      'query ($filter: OrderFilter) { orders(first: 1, filter: $filter) { totalCount } }',
    );
    const under = (variables: string) =>
      said('explain', filtered, '--granted=read_orders', `--variables=${variables}`);
    expect((await said('explain', filtered, '--granted=read_orders')).code).toBe(1);
    expect((await under('{}')).code).toBe(0);
    expect((await under('{"filter": {"customerEmail": null}}')).code).toBe(1);
  });

  it('knows a token without scopes from one without a grant', async () => {
    const path = await file('app.graphql', '{ currentApp { clientId } }');
    const { code, out } = await said('explain', path, '--granted', '');
    expect(code).toBe(0);
    expect(out).toContain('This query needs a valid token, of any scopes.');
    expect(out).toContain('Granted no scopes: this suffices.');
    expect((await said('explain', path)).out).not.toContain('Granted');
  });

  it('gives a grant what its scopes include', async () => {
    const path = await file('claims.graphql', '{ claims(first: 1) { totalCount } }');
    const { code, out } = await said('explain', path, '--granted', 'manage_claims');
    expect(code).toBe(0);
    expect(out).toContain('Granted read_claims write_claims manage_claims: this suffices.');
  });

  it('prints the same for machines', async () => {
    const path = await file('newest.graphql', NEWEST);
    const { code, out } = await said(
      ...['explain', path, '--json', '--granted', 'read_orders', '--variables', '{}'],
    );
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      operation: { kind: 'query', name: 'Newest' },
      minimalScopes: [['read_customers', 'read_orders']],
      capped: false,
      needs: expect.arrayContaining([
        {
          coordinate: 'Customer.email',
          requiredScopes: [['read_customers']],
          authenticated: true,
          conditional: false,
        },
      ]),
      grant: {
        grantedScopes: ['read_orders'],
        suffices: false,
        missingScopes: ['read_customers'],
        predictedNulls: [{ path: 'orders.nodes.customer', nulledPath: 'orders.nodes.customer' }],
      },
    });
  });

  it('takes one operation of several', async () => {
    const path = await file(
      'two.graphql',
      'query A { currentApp { clientId } } query B { orders(first: 1) { totalCount } }',
    );
    expect((await said('explain', path, '--operation', 'B')).out).toMatch(/^query B needs read_o/);
    expect(await usage('explain', path)).toBe(
      'two.graphql has several operations; --operation says which: A, B.',
    );
    expect(await usage('explain', path, '--operation', 'C')).toBe(
      '--operation "C" is not in two.graphql. There are: A, B.',
    );
  });

  it('refuses scopes that the catalogue does not have', async () => {
    const path = await file('newest.graphql', NEWEST);
    expect(await usage('explain', path, '--granted', 'read_orders read_order Read_customers')).toBe(
      '--granted names "read_order", "Read_customers", which the catalogue does not have. "scopes list" shows what there is.',
    );
  });

  it.each([
    [['--variables', '[]'], '--variables is not a JSON object.'],
    [['--variables', '{'], '--variables is not a JSON object.'],
    [['--variables', 'null'], '--variables is not a JSON object.'],
    [
      ['--variables', '{"filter": 1}'],
      '--variables do not fit: Variable "$filter" got invalid value 1; Expected type "OrderFilter" to be an object.',
    ],
    [['--undeclared', 'public'], '--undeclared goes with --schema.'],
    [
      ['--undeclared', 'open', '--schema', schemaFile],
      '--undeclared is public or refuse, not "open".',
    ],
    [['--grant', 'read_orders'], /^Unknown option '--grant'/],
    [['second.graphql'], 'scopes explain needs one file with an operation.'],
  ])('refuses the call %j', async (args, message) => {
    const path = await file('newest.graphql', NEWEST);
    expect(await usage('explain', path, ...args)).toEqual(
      typeof message === 'string' ? message : expect.stringMatching(message),
    );
  });

  it('refuses a call without a file', async () => {
    expect(await usage('explain')).toBe('scopes explain needs one file with an operation.');
  });

  it.each([
    ['orders {', 'a.graphql:1:1: Syntax Error: Unexpected Name "orders".\n'],
    ['', 'a.graphql:1:1: Syntax Error: Unexpected <EOF>.\n'],
    [
      '{\n  orders(first: 1) {\n    total\n  }\n  nothing\n}',
      /^a\.graphql:3:5: Cannot query field "total" on type "OrderConnection"\..*\na\.graphql:5:3: Cannot query field "nothing" on type "Query"\.\n$/,
    ],
    ['type T { id: ID }', 'a.graphql:1:1: The "T" definition is not executable.\n'],
    ['fragment F on Order { id }', 'a.graphql:1:1: Fragment "F" is never used.\n'],
    ['subscription { go }', 'a.graphql:1:1: This schema has no subscription operations.\n'],
  ])('refuses the document %j with its line', async (text, message) => {
    const { code, out, err } = await said('explain', await file('a.graphql', text));
    expect([code, out]).toEqual([2, '']);
    expect(err).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
  });

  it('refuses a file that there is not, and a folder', async () => {
    const gone = await said('explain', join(folder, 'gone.graphql'));
    expect(gone).toEqual({ code: 2, out: '', err: 'gone.graphql: there is no such file.\n' });
    await mkdir(join(folder, 'sub'), { recursive: true });
    const sub = await said('explain', join(folder, 'sub'));
    expect(sub).toEqual({ code: 2, out: '', err: 'sub: this is a folder, not a file.\n' });
  });

  it.each([['--help'], ['-h']])('tells its options and exit codes with %s', async (option) => {
    const { code, out } = await said('explain', option);
    expect(code).toBe(0);
    for (const name of ['granted', 'operation', 'variables', 'schema', 'undeclared', 'json']) {
      expect(out).toContain(`\n  --${name} `);
    }
    expect(out).toMatch(/ends with 0, with 1 when the granted scopes do not suffice, and with 2 /);
  });
});

describe('scopes explain --schema', () => {
  const SDL = `type Query { secret: Secret things: [Thing!] open: ID }
    type Secret { key: ID! @requiresScopes(scopes: [["root", "sudo"], ["key", "vault"]]) }
    union Thing = Secret | Note
    type Note @authenticated { text: ID }
    type Mutation { write: ID @requiresScopes(scopes: [["root"]]) }`;
  const explained = async (text: string, ...args: string[]) =>
    said(
      ...['explain', await file('q.graphql', text), '--schema', await file('s.graphql', SDL)],
      ...args,
    );

  it('explains against a schema of any scopes, without definitions of the two directives', async () => {
    const { code, out, err } = await explained('{ secret { key } }', '--granted', 'key');
    expect([code, err]).toEqual([1, '']);
    expect(out).toBe(`This query needs one of these sets of scopes
  key vault
  root sudo

What each coordinate needs
  Secret.key  (key and vault) or (root and sudo)
  1 more needs nothing

Granted key: this does not suffice, missing vault.

Nulls in the answer, and what is refused there
  secret.key  Secret.key, which makes secret null
`);
    const granted = await explained('{ secret { key } }', '--granted', 'vault key');
    expect([granted.code, granted.err]).toEqual([0, '']);
  });

  it('says that a mutation does not run', async () => {
    const { code, out } = await explained('mutation { write }', '--granted', '');
    expect(code).toBe(1);
    expect(out).toMatch(
      /missing root\.\nA mutation runs whole or not at all: nothing would run\.\n$/,
    );
  });

  it('says when there are more sets than are listed', async () => {
    const fields = Array.from(
      { length: 8 },
      (_, at) => `f${at}: ID @requiresScopes(scopes: [["l${at}"], ["r${at}"]])`,
    );
    const many = await file('many.graphql', `type Query { ${fields.join(' ')} }`);
    const query = await file('q.graphql', `{ ${fields.map((_, at) => `f${at}`).join(' ')} }`);
    const { out } = await said('explain', query, '--schema', many);
    expect(out).toContain('… and there are more: alternatives multiply, these are some');
  });

  it('needs nothing for what nothing is said about, or refuses it', async () => {
    expect((await explained('{ open }', '--granted=')).out).toBe(
      'This query needs no token.\n\nGranted no scopes: this suffices.\n',
    );
    const refused = await explained('{ open }', '--granted=', '--undeclared', 'refuse');
    expect(refused.code).toBe(1);
    expect(refused.out).toContain('This query cannot be granted whole by any scopes.');
    expect(refused.out).toContain('  Query.open  nobody may: nothing says who\n');
    expect(refused.out).toContain('this does not suffice, no scopes would mend it.');
  });

  it('names the file that is no schema', async () => {
    const query = await file('q.graphql', '{ open }');
    const { code, err } = await said('explain', query, '--schema', query);
    expect(code).toBe(2);
    expect(err).toBe('q.graphql:1:1: An operation or fragment is no part of a schema.\n');
  });
});

const OLD = `type Query {
  a: ID @requiresScopes(scopes: [["read"]])
  b: ID @requiresScopes(scopes: [["read"]])
  c: ID @requiresScopes(scopes: [["read", "write"]])
  d: ID @requiresScopes(scopes: [["read"]])
  e: ID @authenticated
}
`;

describe('scopes diff', () => {
  const diff = async (old: string, current: string, ...args: string[]) =>
    said('diff', await file('old.graphql', old), await file('new.graphql', current), ...args);

  it('puts identical changes of many coordinates together', async () => {
    const current = `type Query {
      a: ID @requiresScopes(scopes: [["read", "write"]])
      b: ID @requiresScopes(scopes: [["write", "read"]])
      c: ID @requiresScopes(scopes: [["read"], ["read", "write"]])
      d: ID @requiresScopes(scopes: [["write"]])
      f: ID
      g(x: ID): ID @requiresScopes(scopes: [["read"]])
    }`;
    const { code, out, err } = await diff(OLD, current);
    expect([code, err]).toEqual([1, '']);
    expect(out).toBe(`BREAKING
  tightened: took read, takes read and write; a token with only read can no longer
    Query.a, Query.b
  moved: took read, takes write; a token with only read can no longer, a token with only write now can
    Query.d
  removed: took a valid token
    Query.e

TO REVIEW
  loosened: took read and write, takes read; a token with only read now can
    Query.c
  added: open to anyone
    Query.f

NOTHING TO DECIDE
  added: takes read
    Query.g
  added: takes nothing of its own
    Query.g(x:)

4 breaking, 3 to review, 2 with nothing to decide.
`);
  });

  it('prints the same for machines', async () => {
    const { code, out } = await diff(
      'type Query { a: ID @requiresScopes(scopes: [["read"]]) }',
      'type Query { a: ID }',
      '--json',
    );
    expect(code).toBe(3);
    expect(JSON.parse(out)).toEqual({
      breaking: 0,
      review: 1,
      other: 0,
      changes: [
        {
          coordinate: 'Query.a',
          kind: 'loosened',
          breaking: false,
          review: true,
          gaining: { token: false, scopes: [] },
          before: { authenticated: true, requiredScopes: [['read']] },
          after: { authenticated: false, requiredScopes: [] },
        },
      ],
    });
    expect(JSON.parse((await diff(OLD, OLD, '--json')).out)).toEqual({
      breaking: 0,
      review: 0,
      other: 0,
      changes: [],
    });
  });

  it.each([
    ['nothing changed', OLD, 0],
    ['a rule is written otherwise', OLD.replace('[["read"]]', '[["read", "read"], ["read"]]'), 0],
    ['something guarded was added', OLD.replace('e:', 'f: ID @authenticated\n  e:'), 0],
    ['something is loosened', OLD.replace('["read", "write"]', '["read"]'), 3],
    ['something open was added', OLD.replace('e:', 'f: ID\n  e:'), 3],
    ['something is tightened', OLD.replace('[["read"]]', '[["read", "write"]]'), 1],
    ['something is gone', OLD.replace('e: ID @authenticated', ''), 1],
    ['something moved', OLD.replace('[["read"]]', '[["write"]]'), 1],
    [
      'something is tightened and something loosened',
      OLD.replace('[["read"]]', '[["read", "write"]]').replace('@authenticated', ''),
      1,
    ],
  ])('tells by its exit code: when %s', async (_, current, expected) => {
    const { code, out, err } = await diff(OLD, current);
    expect([code, err]).toEqual([expected, '']);
    if (current === OLD) expect(out).toBe('Nothing is decided otherwise.\n');
  });

  it('reads the schema of this project as it is printed', async () => {
    const same = await said('diff', schemaFile, schemaFile);
    expect(same).toEqual({ code: 0, out: 'Nothing is decided otherwise.\n', err: '' });
    const sdl = await readFile(schemaFile, 'utf8');
    const current = sdl.replace(
      /^ {2}customer: Customer @requiresScopes\(scopes: \[\["read_customers"\]\]\)$/m,
      '  customer: Customer',
    );
    expect(current).not.toBe(sdl);
    // What a customer takes is said by the type as well.
    expect((await diff(sdl, current)).code).toBe(0);
    const opened = sdl.replace(/^(type Customer implements Node) @\S+ \S+/m, '$1');
    expect(opened).not.toBe(sdl);
    expect((await diff(sdl, opened)).code).toBe(3);
  });

  it.each([
    [
      'a directive that nothing defines, which may be a rule under a wrong name',
      'type Query {\n  a: ID @requireScopes(scopes: [["read"]])\n}',
      'new.graphql:2:9: Unknown directive "@requireScopes".\n',
    ],
    [
      'a list where lists belong',
      'type Query { a: ID @requiresScopes(scopes: ["a", "b"]) }',
      'new.graphql: Query.a needs its scopes as a list of lists, like [["a", "b"], ["c"]].\n',
    ],
    [
      'an empty group',
      'type Query { a: ID @requiresScopes(scopes: [[]]) }',
      'new.graphql: Query.a has an empty group of scopes, which everybody would satisfy.\n',
    ],
    [
      'a rule of another router',
      'directive @policy(policies: [[String!]!]!) on FIELD_DEFINITION\n type Query { a: ID @policy(policies: [["p"]]) }',
      'new.graphql: Query.a has @policy, which is not enforced here.\n',
    ],
    [
      'several such rules, a line each',
      'type Query { a: ID @requiresScopes(scopes: []) b: ID @requiresScopes(scopes: []) }',
      /^new\.graphql: Query\.a .*\nnew\.graphql: Query\.b .*\n$/,
    ],
    ['an unknown type', 'type Query {\n  a: Nope\n}', 'new.graphql:2:6: Unknown type "Nope".\n'],
    ['no query type', 'type T { a: ID }', 'new.graphql: Query root type must be provided.\n'],
    [
      'an operation',
      '{ a }',
      'new.graphql:1:1: An operation or fragment is no part of a schema.\n',
    ],
    ['no GraphQL', 'nope', 'new.graphql:1:1: Syntax Error: Unexpected Name "nope".\n'],
  ])('refuses %s, naming the file', async (_, current, message) => {
    const { code, out, err } = await diff('type Query { a: ID }', current);
    expect([code, out]).toEqual([2, '']);
    expect(err).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
  });

  it('takes definitions of the directives from the file where it has them', async () => {
    const defined = `scalar Scope
      directive @requiresScopes(scopes: [[Scope!]!]!) on FIELD_DEFINITION
      type Query { a: ID @requiresScopes(scopes: [["read"]]) }`;
    const plain = 'type Query { a: ID @requiresScopes(scopes: [["read"]]) }';
    expect((await diff(plain, defined)).code).toBe(0);
    const elsewhere = defined.replace(
      'type Query {',
      'type Query @requiresScopes(scopes: [["x"]]) {',
    );
    const { code, err } = await diff(plain, elsewhere);
    expect(code).toBe(2);
    expect(err).toMatch(
      /^new\.graphql:3:18: Directive "@requiresScopes" may not be used on OBJECT\.\n$/,
    );
  });

  it('names the file that there is not', async () => {
    const gone = join(folder, 'gone.graphql');
    expect(await said('diff', schemaFile, gone)).toEqual({
      code: 2,
      out: '',
      err: 'gone.graphql: there is no such file.\n',
    });
  });

  it.each([[[]], [['old.graphql']], [['old.graphql', 'new.graphql', 'newer.graphql']]])(
    'refuses %j: it compares two files',
    async (args) => {
      expect(await usage('diff', ...args)).toBe(
        'scopes diff needs two files: the old schema and the new one.',
      );
    },
  );

  it('tells its exit codes', async () => {
    const { code, out } = await said('diff', '--help');
    expect(code).toBe(0);
    expect(out).toMatch(/ends with 0 when .*, 1 when .*, 3 when .*, 2 when/s);
    for (const kind of ['tightened', 'loosened', 'moved', 'removed', 'added']) {
      expect(out).toContain(`\n  ${kind} `);
    }
  });
});

describe('the built command', () => {
  beforeAll(buildIfStale);

  it('ends with what the comparison says, and prints it', async () => {
    const old = await file('built-old.graphql', 'type Query { a: ID @authenticated }');
    const current = await file('built-new.graphql', 'type Query { a: ID }');
    const loosened = await runCli(['scopes', 'diff', old, current]);
    expect(loosened).toMatchObject({ code: 3, err: '' });
    expect(loosened.out).toContain('loosened: took a valid token, takes nothing');
    const tightened = await runCli(['scopes', 'diff', current, old]);
    expect(tightened).toMatchObject({ code: 1, err: '' });
    const gone = await runCli(['scopes', 'diff', old, join(folder, 'gone.graphql')]);
    expect(gone).toMatchObject({ code: 2, out: '' });
    expect(gone.err).toMatch(/gone\.graphql: there is no such file\.\n$/);
  });

  it('ends with 2 for wrong usage, with the help', async () => {
    const { code, out, err } = await runCli(['scopes', 'explain']);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(
      /^scopes explain needs one file with an operation\.\n\nscopegate scopes <command>\n/,
    );
    expect(err).toContain('  diff ');
  });
});

describe('the README on scopes in CI', () => {
  it('shows what its commands print', async () => {
    await buildIfStale();
    const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
    const [, section = ''] = /^## Scopes in CI\n(.*?)^## /ms.exec(readme) ?? [];
    const blocks = [...section.matchAll(/^```(\w+)\n(.*?)^```$/gms)];
    const commands = blocks.flatMap(([, language, text = '']) => (language === 'sh' ? text : []));
    const shown = blocks.flatMap(([, language, text = '']) => (language === 'text' ? text : []));
    expect(commands).toHaveLength(3);
    // What has landed in somebody's repository; here, a schema in which a customer's note was open to fewer.
    const landed = `sed '/^type Customer /,/^}/s/^  note: String$/  note: String @requiresScopes(scopes: [["write_customers"]])/' schema.graphql`;
    const script = commands
      .map((text) => text.replaceAll('git show origin/main:schema.graphql', landed))
      .map((text) => text.replaceAll(' landed.graphql', ` ${join(folder, 'landed.graphql')}`));
    const outputs: string[] = [];
    for (const text of script) {
      const ended = await promisify(execFile)('sh', ['-c', text], { cwd: ROOT }).catch(
        (error: { stdout: string; stderr: string }) => error,
      );
      expect(ended.stderr).toBe('');
      outputs.push(ended.stdout);
    }
    for (const [index, output] of outputs.entries()) {
      const pieces = (shown[index] ?? '').split('…\n');
      let from = 0;
      for (const piece of pieces) {
        const at = output.indexOf(piece, from);
        expect(at, `${output}\nhas ${piece}`).toBeGreaterThanOrEqual(from);
        from = at + piece.length;
      }
    }
  });
});
