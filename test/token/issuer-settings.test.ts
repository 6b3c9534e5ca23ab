import { describe, expect, it } from 'vitest';
import { SCOPES } from '../../src/scopes/catalogue.ts';
import { createIssuer } from '../../src/token/configured-issuer.ts';
import { ALGORITHMS } from '../../src/token/issuer.ts';
import { parseIssuers } from '../../src/token/issuer-settings.ts';

const GOOD = {
  issuer: 'https://idp.example',
  audience: 'https://gateway.example',
  jwks: 'https://idp.example/jwks.json',
  storeClaim: 'store',
};

const parse = (...entries: unknown[]) => parseIssuers(JSON.stringify(entries));
const problemsOf = (changes: Record<string, unknown>) => parse({ ...GOOD, ...changes }).problems;
const ENTRY = 'SCOPEGATE_ISSUERS entry 0 ("https://idp.example")';

describe('good settings', () => {
  it('need four facts and widen the rest', () => {
    const { settings, problems } = parse(GOOD);
    expect(problems).toEqual([]);
    const [entry] = settings;
    expect(entry).toMatchObject({ ...GOOD, algorithms: ALGORITHMS, stores: null });
    expect(entry?.scopes.names()).toHaveLength(SCOPES.length);
  });

  it.each([['read_orders  read_products'], [['read_products', 'read_orders']]])(
    'may bound algorithms, stores and scopes (%j)',
    (scopes) => {
      const bounds = { algorithms: ['ES256'], stores: ['store-1'], scopes };
      const { settings, problems } = parse({ ...GOOD, ...bounds });
      expect(problems).toEqual([]);
      expect(settings[0]).toMatchObject({ algorithms: ['ES256'], stores: ['store-1'] });
      expect(settings[0]?.scopes.names()).toEqual(['read_orders', 'read_products']);
    },
  );

  it.each(['keys/jwks.json', '/etc/keys/jwks.json', './jwks.json', 'C:\\keys\\jwks.json'])(
    'may name a file of keys (%s)',
    (jwks) => {
      expect(problemsOf({ jwks })).toEqual([]);
    },
  );

  it('make an issuer of what they say, with no say in which of its clients are reviewed', () => {
    const scopes = ['read_orders', 'read_warranty_pricing'];
    const [settings] = parse({ ...GOOD, stores: ['store-1'], scopes }).settings;
    if (settings === undefined) return expect.fail('no settings');
    const { keys, ...issuer } = createIssuer(settings);
    expect(issuer).toEqual({
      issuer: GOOD.issuer,
      audience: GOOD.audience,
      algorithms: ALGORITHMS,
      storeClaim: GOOD.storeClaim,
      stores: new Set(['store-1']),
      scopes: settings.scopes,
    });
    expect(issuer.scopes.names()).toEqual(scopes);
    expect(Object.keys(keys).sort()).toEqual(['check', 'generation', 'resolve']);
  });

  it.each(['isReviewed', 'reviewed', 'clients'])('have no "%s"', (name) => {
    expect(problemsOf({ [name]: true })).toHaveLength(1);
  });

  it('may be an empty list', () => {
    expect(parse()).toEqual({ settings: [], problems: [] });
  });
});

describe('settings that cannot be read', () => {
  it.each([
    ['', 'SCOPEGATE_ISSUERS is not valid JSON; give a JSON array with one object per issuer.'],
    ['[{]', 'SCOPEGATE_ISSUERS is not valid JSON; give a JSON array with one object per issuer.'],
    ['{}', 'SCOPEGATE_ISSUERS is not a JSON array; give one object per issuer in [ ].'],
    ['null', 'SCOPEGATE_ISSUERS is not a JSON array; give one object per issuer in [ ].'],
    [
      '[{"stores":["a"],"stores":["b"]}]',
      'SCOPEGATE_ISSUERS has "stores" twice in one object; keep one of them.',
    ],
  ])('say so (%s)', (json, problem) => {
    expect(parseIssuers(json)).toEqual({ settings: [], problems: [problem] });
  });
});

const ANY_ALGORITHM = `use some of ${ALGORITHMS.join(', ')}, or leave it out to allow all of them`;

describe('a problem of an entry', () => {
  it.each([
    [
      { audience: undefined },
      'needs "audience", a non-empty string: what the "aud" of its tokens contains for this gateway',
    ],
    [
      { audience: ' ' },
      'needs "audience", a non-empty string: what the "aud" of its tokens contains for this gateway',
    ],
    [
      { audience: ['x'] },
      'needs "audience", a non-empty string: what the "aud" of its tokens contains for this gateway',
    ],
    [
      { storeClaim: '' },
      'needs "storeClaim", a non-empty string: the claim of its tokens that names the store',
    ],
    [
      { jwks: undefined },
      'needs "jwks", a non-empty string: the https address of its key set, or the path of a file',
    ],
    [
      { jwks: 'http://idp.example/jwks' },
      'fetches its keys over http, where anybody on the way could replace them; use https in "jwks"',
    ],
    [
      { jwks: 'HTTP://127.0.0.1/jwks' },
      'fetches its keys over http, where anybody on the way could replace them; use https in "jwks"',
    ],
    [{ jwks: 'https://' }, 'has a "jwks" that is not a valid address; write https://host/path'],
    [
      { jwks: 'https://host:port/x' },
      'has a "jwks" that is not a valid address; write https://host/path',
    ],
    [
      { jwks: 'https://me:secret@idp.example/x' },
      'has credentials in the address of "jwks"; public keys need none, leave them out',
    ],
    [
      { jwks: 'file:///keys.json' },
      'has a "jwks" that is neither an https address nor a path; use one of the two',
    ],
    [
      { jwks: 'data:application/json,{}' },
      'has a "jwks" that is neither an https address nor a path; use one of the two',
    ],
    [
      { algorithms: ['HS256'] },
      `allows the symmetric algorithm "HS256", with which whoever checks a token could make one; ${ANY_ALGORITHM}`,
    ],
    [{ algorithms: ['none'] }, `allows the unknown algorithm "none"; ${ANY_ALGORITHM}`],
    [{ algorithms: [] }, `has an empty "algorithms"; ${ANY_ALGORITHM}`],
    [
      { algorithms: 'ES256' },
      `has a "algorithms" that is not a list of non-empty strings; ${ANY_ALGORITHM}`,
    ],
    [
      { stores: [] },
      'has an empty "stores"; name ids or domains of stores, or leave it out to allow any store',
    ],
    [
      { stores: [''] },
      'has a "stores" that is not a list of non-empty strings; name ids or domains of stores, or leave it out to allow any store',
    ],
    [
      { scopes: '' },
      'has an empty "scopes"; name scopes of the catalogue, or leave it out to allow what the tokens say',
    ],
    [
      { scopes: [] },
      'has an empty "scopes"; name scopes of the catalogue, or leave it out to allow what the tokens say',
    ],
    [
      { scopes: 'read_orders read_everything' },
      'names the unknown scope "read_everything" in "scopes"; name scopes of the catalogue, or leave it out to allow what the tokens say',
    ],
    [
      { scopes: null },
      'has a "scopes" that is not a list of non-empty strings; name scopes of the catalogue, or leave it out to allow what the tokens say',
    ],
    [
      { skipAudience: true },
      'has the unknown "skipAudience"; an issuer has issuer, audience, jwks, storeClaim, algorithms, stores, scopes',
    ],
  ])('is told with its remedy: %j', (changes, problem) => {
    expect(problemsOf(changes)).toEqual([`${ENTRY} ${problem}.`]);
  });

  it('names the entry by its place when it has no issuer', () => {
    const problem = 'needs "issuer", a non-empty string: the exact "iss" of its tokens.';
    expect(problemsOf({ issuer: undefined })).toEqual([`SCOPEGATE_ISSUERS entry 0 ${problem}`]);
    expect(problemsOf({ issuer: '' })).toEqual([`SCOPEGATE_ISSUERS entry 0 ${problem}`]);
    expect(parse('x').problems[0]).toMatch(/^SCOPEGATE_ISSUERS entry 0 is not an object; /);
  });

  it('is a reserved or a repeated name', () => {
    expect(problemsOf({ issuer: 'urn:scopegate:demo' })[0]).toMatch(/which is reserved/);
    expect(parse(GOOD, GOOD).problems).toEqual([
      'SCOPEGATE_ISSUERS entry 1 ("https://idp.example") repeats the issuer of entry 0; keep one of the two.',
    ]);
  });

  it('does not hide the next: all are told at once, and no settings are given', () => {
    const second = { ...GOOD, issuer: 'https://two.example', algorithms: ['HS256', 'x'] };
    const { settings, problems } = parse({ jwks: '' }, second, GOOD);
    expect(problems).toHaveLength(6);
    expect(settings).toEqual([]);
  });
});
