import { PGlite } from '@electric-sql/pglite';
import { buildSchema, parse } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ScopeMode } from '../../src/scopes/decide.ts';
import { executeScoped } from '../../src/scopes/execute-scoped.ts';

const SCHEMA = buildSchema(`
  directive @requiresScopes(scopes: [[String!]!]!) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE
    | SCALAR | ENUM | ENUM_VALUE | UNION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION
  directive @authenticated on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM | UNION

  type Query { notes: Int @authenticated }

  type Mutation {
    addNote(
      input: NoteInput!
      notify: Boolean @requiresScopes(scopes: [["notify"]])
    ): NotePayload @requiresScopes(scopes: [["write_notes"]])
    addTag(text: String!): TagPayload @requiresScopes(scopes: [["write_tags"]])
  }

  input NoteInput {
    text: String!
    mail: String @requiresScopes(scopes: [["write_mail"]])
    weight: Weight
    author: AuthorInput
  }
  input AuthorInput { name: String phone: String @requiresScopes(scopes: [["write_phone"]]) }
  enum Weight { LIGHT HEAVY @requiresScopes(scopes: [["write_heavy"]]) }

  type NotePayload @authenticated {
    note: Note
    about: Subject
    total: Int! @requiresScopes(scopes: [["read_totals"]])
  }
  interface Subject @authenticated { name: String }
  type Person implements Subject @requiresScopes(scopes: [["read_people"]]) { name: String age: Int }
  type Thing implements Subject { name: String }

  type Note @authenticated { text: String author: Author }
  type Author @authenticated { name: String mailbox: Mailbox }
  type Mailbox @requiresScopes(scopes: [["read_mail"]]) { address: String }
  type TagPayload @authenticated { text: String }
`);

let database: PGlite;
let calls: string[] = [];

beforeAll(async () => {
  database = await PGlite.create();
  await database.exec('create table note (id serial primary key, text text not null)');
});
afterAll(() => database.close());
beforeEach(() => {
  calls = [];
});

const insert = async (call: string, text: string) => {
  calls.push(call);
  await database.query('insert into note (text) values ($1)', [text]);
};

/** The rows that there are, asked of the database itself. */
async function rows(): Promise<number> {
  const { rows } = await database.query<{ count: number }>(
    'select count(*)::int as count from note',
  );
  return rows[0]?.count ?? expect.fail('the table does not answer');
}

const ROOT = {
  notes: rows,
  async addNote({ input }: { input: { text: string } }) {
    await insert('addNote', input.text);
    return {
      note: { text: input.text, author: { name: 'A', mailbox: { address: 'a@example.com' } } },
      about: { __typename: 'Person', name: 'P', age: 44 },
      total: rows,
    };
  },
  async addTag({ text }: { text: string }) {
    await insert('addTag', text);
    return { text };
  },
};

interface Asked {
  readonly mode: ScopeMode;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
}

/** Runs a mutation; what comes back, how many rows it added, and which resolvers it called. */
async function mutate(query: string, scopes: string | null, { mode, variables }: Asked) {
  const before = await rows();
  const { data, errors } = await executeScoped({
    schema: SCHEMA,
    document: parse(query),
    variables,
    grantedScopes: scopes === null ? null : scopes.split(' '),
    mode,
    rootValue: ROOT,
  });
  return {
    data,
    errors: (errors ?? []).map((error) => error.toJSON()),
    added: (await rows()) - before,
    calls,
  };
}

interface Case {
  readonly part: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** All that the operation needs. */
  readonly needed: string;
  /** The one that is missing, and what it was needed for. */
  readonly missing: string;
  readonly refused: readonly (readonly [coordinate: string, needs: readonly string[][]])[];
  readonly adds?: number;
}

const CASES: readonly Case[] = [
  {
    part: 'the root field',
    query: 'mutation { addNote(input: {text: "t"}) { note { text } } }',
    needed: 'write_notes',
    missing: 'write_notes',
    refused: [['Mutation.addNote', [['write_notes']]]],
  },
  {
    part: 'the root field under an alias',
    query: 'mutation { addTag: addNote(input: {text: "t"}) { note { text } } }',
    needed: 'write_notes',
    missing: 'write_notes',
    refused: [['Mutation.addNote', [['write_notes']]]],
  },
  {
    part: 'an argument',
    query: 'mutation { addNote(input: {text: "t"}, notify: true) { note { text } } }',
    needed: 'write_notes notify',
    missing: 'notify',
    refused: [['Mutation.addNote(notify:)', [['notify']]]],
  },
  {
    part: 'an argument that is null',
    query: 'mutation { addNote(input: {text: "t"}, notify: null) { note { text } } }',
    needed: 'write_notes notify',
    missing: 'notify',
    refused: [['Mutation.addNote(notify:)', [['notify']]]],
  },
  {
    part: 'an input field',
    query: 'mutation { addNote(input: {text: "t", mail: "m@example.com"}) { note { text } } }',
    needed: 'write_notes write_mail',
    missing: 'write_mail',
    refused: [['NoteInput.mail', [['write_mail']]]],
  },
  {
    part: 'an input field deep in the input',
    query:
      'mutation { addNote(input: {text: "t", author: {name: "a", phone: "1"}}) { note { text } } }',
    needed: 'write_notes write_phone',
    missing: 'write_phone',
    refused: [['AuthorInput.phone', [['write_phone']]]],
  },
  {
    part: 'an enum value inside the input',
    query: 'mutation { addNote(input: {text: "t", weight: HEAVY}) { note { text } } }',
    needed: 'write_notes write_heavy',
    missing: 'write_heavy',
    refused: [['Weight.HEAVY', [['write_heavy']]]],
  },
  {
    part: 'an input field in a variable',
    query: 'mutation ($input: NoteInput!) { addNote(input: $input) { note { text } } }',
    variables: { input: { text: 't', mail: null } },
    needed: 'write_notes write_mail',
    missing: 'write_mail',
    refused: [['NoteInput.mail', [['write_mail']]]],
  },
  {
    part: 'an enum value in a variable inside the input',
    query: 'mutation ($w: Weight) { addNote(input: {text: "t", weight: $w}) { note { text } } }',
    variables: { w: 'HEAVY' },
    needed: 'write_notes write_heavy',
    missing: 'write_heavy',
    refused: [['Weight.HEAVY', [['write_heavy']]]],
  },
  {
    part: 'an enum value that is the default of a variable',
    query:
      'mutation ($w: Weight = HEAVY) { addNote(input: {text: "t", weight: $w}) { note { text } } }',
    needed: 'write_notes write_heavy',
    missing: 'write_heavy',
    refused: [['Weight.HEAVY', [['write_heavy']]]],
  },
  {
    part: 'a field of the payload',
    query: 'mutation { addNote(input: {text: "t"}) { total } }',
    needed: 'write_notes read_totals',
    missing: 'read_totals',
    refused: [['NotePayload.total', [['read_totals']]]],
  },
  {
    part: 'a field deep in the payload',
    query:
      'mutation { addNote(input: {text: "t"}) { note { author { name mailbox { address } } } } }',
    needed: 'write_notes read_mail',
    missing: 'read_mail',
    refused: [
      ['Author.mailbox', [['read_mail']]],
      ['Mailbox.address', [['read_mail']]],
    ],
  },
  {
    part: 'a field of the payload in a fragment',
    query: `mutation { addNote(input: {text: "t"}) { ...Payload } }
      fragment Payload on NotePayload { ... { ...Deep } } fragment Deep on NotePayload { sum: total }`,
    needed: 'write_notes read_totals',
    missing: 'read_totals',
    refused: [['NotePayload.total', [['read_totals']]]],
  },
  {
    part: 'the root field in a fragment',
    query: `mutation { ...Root } fragment Root on Mutation { addNote(input: {text: "t"}) { note { text } } }`,
    needed: 'write_notes',
    missing: 'write_notes',
    refused: [['Mutation.addNote', [['write_notes']]]],
  },
  {
    part: 'an object that an interface of the payload may be',
    query: 'mutation { addNote(input: {text: "t"}) { about { ... on Person { age } } } }',
    needed: 'write_notes read_people',
    missing: 'read_people',
    refused: [
      ['Person', [['read_people']]],
      ['Person.age', [['read_people']]],
    ],
  },
  {
    part: 'a field of the payload that a variable includes',
    query:
      'mutation ($with: Boolean!) { addNote(input: {text: "t"}) { note { text } total @include(if: $with) } }',
    variables: { with: true },
    needed: 'write_notes read_totals',
    missing: 'read_totals',
    refused: [['NotePayload.total', [['read_totals']]]],
  },
  {
    part: 'the second of two root fields',
    query: 'mutation { addNote(input: {text: "t"}) { note { text } } addTag(text: "g") { text } }',
    needed: 'write_notes write_tags',
    missing: 'write_tags',
    refused: [['Mutation.addTag', [['write_tags']]]],
    adds: 2,
  },
  {
    part: 'the first of two root fields',
    query: 'mutation { addTag(text: "g") { text } addNote(input: {text: "t"}) { note { text } } }',
    needed: 'write_notes write_tags',
    missing: 'write_tags',
    refused: [['Mutation.addTag', [['write_tags']]]],
    adds: 2,
  },
  {
    part: 'the payload of the second of two root fields',
    query: 'mutation { addTag(text: "g") { text } addNote(input: {text: "t"}) { total } }',
    needed: 'write_notes write_tags read_totals',
    missing: 'read_totals',
    refused: [['NotePayload.total', [['read_totals']]]],
    adds: 2,
  },
];

describe.each(['filter', 'reject'] as const)('in mode %s', (mode) => {
  describe.each(CASES)('a mutation that lacks the scope of $part', (found) => {
    const { query, variables, needed, missing, refused, adds = 1 } = found;
    const others = needed.split(' ').filter((scope) => scope !== missing);

    it('is refused whole and touches no row', async () => {
      const names = refused.map(([coordinate]) => coordinate).join(', ');
      const answer = await mutate(query, others.join(' '), { mode, variables });
      expect(answer).toEqual({
        data: undefined,
        errors: [
          {
            message: `Nothing was run: the token lacks ${missing}, which ${names} ${refused.length > 1 ? 'need' : 'needs'}.`,
            extensions: {
              code: 'INSUFFICIENT_SCOPE',
              missingScopes: [missing],
              refused: refused.map(([coordinate, requiredScopes]) => ({
                coordinate,
                requiredScopes,
                missingScopes: [missing],
              })),
            },
          },
        ],
        added: 0,
        calls: [],
      });
    });

    it('is refused with every other scope as well', async () => {
      const all = [...new Set(CASES.flatMap((each) => each.needed.split(' ')))];
      const rest = all.filter((scope) => scope !== missing).join(' ');
      const { errors, added } = await mutate(query, rest, { mode, variables });
      expect(errors.map(({ extensions }) => extensions?.code)).toEqual(['INSUFFICIENT_SCOPE']);
      expect(added).toBe(0);
    });

    it('is refused without a token, and touches no row', async () => {
      const answer = await mutate(query, null, { mode, variables });
      expect(answer).toMatchObject({ data: undefined, added: 0, calls: [] });
      expect(answer.errors).toHaveLength(1);
      expect(answer.errors[0]).toMatchObject({
        message: expect.stringMatching(
          /^This operation needs a token: Mutation\.add(Note|Tag) needs write_(notes|tags)\.$/,
        ),
        extensions: { code: 'UNAUTHENTICATED' },
      });
    });

    it('runs with exactly the scopes that it needs', async () => {
      const answer = await mutate(query, needed, { mode, variables });
      expect(answer.errors).toEqual([]);
      expect(answer.added).toBe(adds);
      expect(answer.calls).toHaveLength(adds);
    });
  });

  it('a part that is left out needs nothing', async () => {
    const skipped =
      'mutation ($with: Boolean!) { addNote(input: {text: "t"}) { note { text } total @include(if: $with) } }';
    const absent =
      'mutation ($w: Weight) { addNote(input: {text: "t", weight: $w}) { note { text } } }';
    for (const [query, variables] of [
      [skipped, { with: false }],
      [absent, {}],
      [absent, { w: 'LIGHT' }],
    ] as const) {
      const { errors, added } = await mutate(query, 'write_notes', { mode, variables });
      expect({ errors, added }).toEqual({ errors: [], added: 1 });
    }
  });

  it('an operation that is not run is not decided on, and one beside it does no harm', async () => {
    const document = parse(
      'query Look { notes } mutation Add { addNote(input: {text: "t"}) { note { text } } }',
    );
    const ask = (operationName: string, grantedScopes: string[]) =>
      executeScoped({
        schema: SCHEMA,
        document,
        operationName,
        grantedScopes,
        mode,
        rootValue: ROOT,
      });
    const before = await rows();
    expect(await ask('Look', [])).toEqual({ data: { notes: before } });
    const { errors } = await ask('Add', []);
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['INSUFFICIENT_SCOPE']);
    expect(await rows()).toBe(before);
    await ask('Add', ['write_notes']);
    expect(await rows()).toBe(before + 1);
  });
});

describe('the same document', () => {
  const document = parse('mutation { addTag(text: "g") { text } }');
  const ask = (grantedScopes: string[] | null) =>
    executeScoped({ schema: SCHEMA, document, grantedScopes, rootValue: ROOT });

  it('is decided for each request by itself, whoever asked before', async () => {
    const before = await rows();
    const tokens = [['write_tags'], [], null, ['write_tags'], ['write_tag'], ['write_tags', 'x']];
    const answers = await Promise.all(tokens.map(ask));
    expect(answers.map(({ data, errors }) => [data != null, errors?.[0]?.extensions.code])).toEqual(
      [
        [true, undefined],
        [false, 'INSUFFICIENT_SCOPE'],
        [false, 'UNAUTHENTICATED'],
        [true, undefined],
        [false, 'INSUFFICIENT_SCOPE'],
        [true, undefined],
      ],
    );
    expect(await rows()).toBe(before + 3);
  });
});
