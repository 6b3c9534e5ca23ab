import { generateKeyPairSync } from 'node:crypto';
import {
  AUDIENCE,
  BOUNDED,
  encode,
  keyFor,
  MAIN,
  publicJwk,
  signRaw,
  type TokenKit,
} from './token-kit.ts';

/** A token that must be refused with INVALID_TOKEN, and the `detail` that proves for which reason. */
export interface BadToken {
  readonly name: string;
  make(kit: TokenKit): Promise<string> | string;
  readonly detail: RegExp;
}

const SIGNATURE = /signature verification failed/;
const NO_KEY = /no key of the issuer fits/;
const NOT_ALLOWED = /"alg" \(Algorithm\) Header Parameter value not allowed/;
const TYP = /unexpected "typ"/;
const NOT_JWT = /does not have three parts/;
const NOT_CANONICAL = /not canonical base64url/;
const TWICE = /has a member twice/;
const ATTACKER = 'https://attacker.example/jwks.json';

type Row = [name: string, make: BadToken['make'], detail: RegExp];

/** Tokens that are good but for their headers. */
const header = (name: string, changes: Record<string, unknown>, detail: RegExp): Row => [
  `header ${name}`,
  (kit) => kit.mint({ header: changes }),
  detail,
];

/** Tokens that are good but for some claims. */
const claims = (name: string, changes: Record<string, unknown>, detail: RegExp): Row => [
  `claim ${name}`,
  (kit) => kit.mint({ claims: changes }),
  detail,
];

const without = (name: string, detail: RegExp): Row => [
  `claim ${name} missing`,
  (kit) => kit.mint({ without: [name] }),
  detail,
];

/** Tokens whose claims text is edited before it is signed. */
const payloadText = (
  name: string,
  edit: (json: string, kit: TokenKit) => string,
  detail: RegExp,
): Row => [
  name,
  (kit) => kit.mintRaw(JSON.stringify(kit.header()), edit(JSON.stringify(kit.claims()), kit)),
  detail,
];

/** A good token, taken apart and put together otherwise. */
const rebuilt = (
  name: string,
  build: (parts: [header: string, payload: string, signature: string], kit: TokenKit) => string,
  detail: RegExp,
): Row => [
  name,
  (kit) => {
    const [first = '', second = '', third = ''] = kit.mint().split('.');
    return build([first, second, third], kit);
  },
  detail,
];

const signedBy = (
  name: string,
  alg: string,
  changes: Record<string, unknown>,
  detail: RegExp,
): Row => [name, (kit) => kit.mint({ alg, header: changes }), detail];

const ALGORITHM_ROWS: Row[] = [
  signedBy('alg none without a signature', 'none', {}, /a part of the token is empty/),
  header('alg none with a signature', { alg: 'none' }, NOT_ALLOWED),
  header('alg None', { alg: 'None' }, NOT_ALLOWED),
  header('alg nOnE', { alg: 'nOnE' }, NOT_ALLOWED),
  header('alg empty', { alg: '' }, /missing or invalid/),
  header('alg missing', { alg: undefined }, /missing or invalid/),
  header('alg null', { alg: null }, /missing or invalid/),
  header('alg as a list', { alg: ['ES256'] }, /missing or invalid/),
  header('alg in lower case', { alg: 'es256' }, NOT_ALLOWED),
  header('alg with a space', { alg: 'ES256 ' }, NOT_ALLOWED),
  header('alg of Object.prototype', { alg: 'constructor' }, NOT_ALLOWED),
  signedBy('HS256 with the public key as secret', 'HS256', {}, NOT_ALLOWED),
  signedBy('HS256 with the public key, called RS256', 'HS256', { alg: 'RS256' }, SIGNATURE),
  signedBy('HS512 with the public key as secret', 'HS512', {}, NOT_ALLOWED),
  signedBy('PS256 of an issuer that uses RS256', 'PS256', {}, NOT_ALLOWED),
  signedBy('PS256 called RS256', 'PS256', { alg: 'RS256' }, SIGNATURE),
  signedBy('RS256 called ES256 with the RSA key id', 'RS256', { alg: 'ES256' }, NO_KEY),
  signedBy('ES256 called RS256 with the EC key id', 'ES256', { alg: 'RS256' }, NO_KEY),
  signedBy(
    'ES256 called RS256 with the RSA key id',
    'ES256',
    { alg: 'RS256', kid: 'rsa' },
    SIGNATURE,
  ),
  signedBy('RS512 of an issuer that uses RS256', 'RS512', {}, NOT_ALLOWED),
  [
    'ES384 with a P-384 key',
    (kit) => kit.mint({ alg: 'ES384', key: keyFor('ES384') }),
    NOT_ALLOWED,
  ],
  [
    'ES256 with a key on the wrong curve',
    (kit) => kit.mint({ alg: 'ES256', key: keyFor('ES384') }),
    SIGNATURE,
  ],
  [
    'ES256 with a secp256k1 key',
    (kit) => kit.mint({ key: generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey }),
    SIGNATURE,
  ],
  [
    'EdDSA of an issuer that does not use it',
    (kit) => kit.mint({ alg: 'EdDSA', key: keyFor('EdDSA') }),
    NOT_ALLOWED,
  ],
  ['an empty P1363 signature of zeros', (kit) => zeroSignature(kit), SIGNATURE],
];

function zeroSignature(kit: TokenKit): string {
  const [first, second] = kit.mint().split('.');
  return `${first}.${second}.${encode(new Uint8Array(64))}`;
}

const injected = (name: string, member: (kit: TokenKit) => Record<string, unknown>): Row => [
  `header ${name} naming the attacker's key`,
  (kit) => kit.mint({ key: kit.foreign, header: member(kit) }),
  SIGNATURE,
];

const HEADER_ROWS: Row[] = [
  header('typ missing', { typ: undefined }, TYP),
  header('typ JWT', { typ: 'JWT' }, TYP),
  header('typ empty', { typ: '' }, TYP),
  header('typ null', { typ: null }, TYP),
  header('typ of a list', { typ: ['at+jwt'] }, TYP),
  header('typ of a logout token', { typ: 'logout+jwt' }, TYP),
  header('typ that ends like an access token', { typ: 'text/at+jwt' }, TYP),
  header('crit unknown', { crit: ['exp-policy'], 'exp-policy': 1 }, /the header has "crit"/),
  header('crit empty', { crit: [] }, /the header has "crit"/),
  header('crit of a known member', { crit: ['typ'] }, /the header has "crit"/),
  header('b64 false', { b64: false, crit: ['b64'] }, /the header has "crit"/),
  header('b64 true without crit', { b64: true }, /the header has "b64"/),
  injected('jwk', (kit) => ({ jwk: publicJwk(kit.foreign, { alg: 'ES256' }) })),
  injected('jku', () => ({ jku: ATTACKER })),
  injected('jku on this machine', () => ({ jku: 'http://127.0.0.1:1/jwks' })),
  injected('x5u', () => ({ x5u: ATTACKER })),
  injected('x5c', () => ({ x5c: ['MIIBszCCAVmgAwIBAgIUAA=='] })),
  [
    'header jwk and a kid of its own',
    (kit) =>
      kit.mint({
        key: kit.foreign,
        header: { kid: 'mine', jwk: publicJwk(kit.foreign, { kid: 'mine' }) },
      }),
    NO_KEY,
  ],
  header('kid unknown', { kid: 'unknown' }, NO_KEY),
  header('kid that walks the file system', { kid: '../../../../dev/null' }, NO_KEY),
  header('kid with SQL', { kid: "ec' OR '1'='1" }, NO_KEY),
  header('kid that is an address', { kid: ATTACKER }, NO_KEY),
  header('kid empty', { kid: '' }, NO_KEY),
  header('kid a number', { kid: 1 }, NO_KEY),
  header('kid __proto__', { kid: '__proto__' }, NO_KEY),
];

const SIGNATURE_ROWS: Row[] = [
  rebuilt('signature stripped', ([a, b]) => `${a}.${b}.`, /a part of the token is empty/),
  rebuilt('signature and its dot stripped', ([a, b]) => `${a}.${b}`, NOT_JWT),
  rebuilt('signature cut short', ([a, b, c]) => `${a}.${b}.${c.slice(0, 40)}`, SIGNATURE),
  rebuilt(
    'signature altered',
    ([a, b, c]) => `${a}.${b}.${c[0] === 'A' ? 'B' : 'A'}${c.slice(1)}`,
    SIGNATURE,
  ),
  rebuilt(
    'signature of garbage',
    ([a, b]) => `${a}.${b}.${encode('garbage'.repeat(9))}`,
    SIGNATURE,
  ),
  rebuilt(
    'signature doubled',
    ([a, b, c]) => `${a}.${b}.${encode(Buffer.from(c + c, 'base64url'))}`,
    SIGNATURE,
  ),
  rebuilt(
    'payload replaced under a good signature',
    ([a, , c], kit) =>
      `${a}.${encode(JSON.stringify(kit.claims({ claims: { scope: 'write_orders' } })))}.${c}`,
    SIGNATURE,
  ),
  rebuilt(
    'header replaced under a good signature',
    ([, b, c], kit) => `${encode(JSON.stringify(kit.header({ header: { extra: 1 } })))}.${b}.${c}`,
    SIGNATURE,
  ),
  ["signature by somebody else's key", (kit) => kit.mint({ key: kit.foreign }), SIGNATURE],
  [
    'signed by another trusted issuer',
    (kit) => kit.mint({ issuer: BOUNDED, claims: { iss: MAIN } }),
    SIGNATURE,
  ],
  [
    'signed by this issuer in the name of another trusted one',
    (kit) => kit.mint({ issuer: BOUNDED, key: kit.ec }),
    SIGNATURE,
  ],
  [
    'DER instead of a P1363 signature',
    (kit) => {
      const input = kit.mint().split('.').slice(0, 2).join('.');
      const raw = Buffer.from(signRaw('ES256', kit.ec, input), 'base64url');
      return `${input}.${encode(Buffer.concat([Buffer.from([0x30, 0x44, 0x02, 0x20]), raw]))}`;
    },
    SIGNATURE,
  ],
];

const FORM_ROWS: Row[] = [
  ['an empty string', () => '', NOT_JWT],
  ['one word', () => 'token', NOT_JWT],
  ['two dots', () => '..', /a part of the token is empty/],
  ['a refresh token', () => 'op_rt_4nYc2k8s', /not an access token/],
  ['a refresh token with a JWT in it', (kit) => `op_rt_${kit.mint()}`, /not an access token/],
  ['an opaque access token', () => 'op_at_4nYc2k8s', /an opaque access token/],
  [
    'an opaque access token with a JWT in it',
    (kit) => `op_at_${kit.mint()}`,
    /an opaque access token/,
  ],
  [
    'a session token signed with HS256',
    (kit) => kit.mint({ alg: 'HS256', header: { typ: 'JWT' }, without: ['client_id', 'scope'] }),
    NOT_ALLOWED,
  ],
  [
    'an ID token of a trusted issuer',
    (kit) =>
      kit.mint({
        header: { typ: 'JWT' },
        claims: { nonce: 'n', azp: 'client-1' },
        without: ['client_id', 'scope'],
      }),
    TYP,
  ],
  rebuilt('an extra part', ([a, b, c]) => `${a}.${b}.${c}.${c}`, NOT_JWT),
  rebuilt('a trailing dot', ([a, b, c]) => `${a}.${b}.${c}.`, NOT_JWT),
  [
    'an encrypted token',
    () => `${encode('{"alg":"dir","enc":"A256GCM"}')}..aXY.Y3Q.dGFn`,
    /it is encrypted/,
  ],
  [
    'a nested token',
    (kit) => kit.mintRaw(JSON.stringify(kit.header({ header: { cty: 'JWT' } })), kit.mint()),
    /payload is not JSON/,
  ],
  [
    'JSON serialization',
    (kit) => JSON.stringify({ payload: kit.mint() }).replaceAll('.', ','),
    NOT_JWT,
  ],
  rebuilt('a space before', ([a, b, c]) => ` ${a}.${b}.${c}`, NOT_CANONICAL),
  rebuilt('a line break after', ([a, b, c]) => `${a}.${b}.${c}\n`, NOT_CANONICAL),
  rebuilt(
    'white space inside',
    ([a, b, c]) => `${a}.${b.slice(0, 8)} ${b.slice(8)}.${c}`,
    NOT_CANONICAL,
  ),
  rebuilt('padding', ([a, b, c]) => `${a}.${b}.${c}==`, NOT_CANONICAL),
  rebuilt(
    'stray bits at the end',
    ([a, b, c]) => `${a}.${b}.${c.slice(0, -1)}${strayTwin(c)}`,
    NOT_CANONICAL,
  ),
  rebuilt(
    'the alphabet of plain base64',
    ([a, b]) => `${a}.${b}.${Buffer.alloc(64, 0xfb).toString('base64').replaceAll('=', '')}`,
    NOT_CANONICAL,
  ),
  [
    'longer than the maximum',
    (kit) => kit.mint({ claims: { filler: 'x'.repeat(8192) } }),
    /longer than 8192/,
  ],
  ['far longer than the maximum', () => 'a'.repeat(1_000_000), /longer than 8192/],
  ['a header that is no JSON', (kit) => kit.mintRaw('{alg}', '{}'), /header is not JSON/],
  [
    'a header that is a list',
    (kit) => kit.mintRaw('["ES256"]', '{}'),
    /header is not a JSON object/,
  ],
  [
    'a header with a byte order mark',
    (kit) => kit.mintRaw('\ufeff{"alg":"ES256"}', '{}'),
    /header is not JSON/,
  ],
  payloadText('a payload that is a list', (json) => `[${json}]`, /payload is not a JSON object/),
  payloadText(
    'a payload that is a string',
    (json) => JSON.stringify(json),
    /payload is not a JSON object/,
  ),
  payloadText('a payload that is null', () => 'null', /payload is not a JSON object/),
  payloadText('a payload that is a number', () => '1', /payload is not a JSON object/),
  payloadText('a payload of nothing but a space', () => ' ', /payload is not JSON/),
  payloadText('a payload with more after it', (json) => `${json}{}`, /payload is not JSON/),
  rebuilt(
    'a payload that is not UTF-8',
    ([a, , c]) => `${a}.${encode(Buffer.from('{"iss":"\xff"}', 'latin1'))}.${c}`,
    /payload is not JSON/,
  ),
  payloadText('scope twice', (json) => json.replace('{', '{"scope":"write_orders",'), TWICE),
  payloadText('iss twice', (json) => json.replace('{', `{"iss":"${BOUNDED}",`), TWICE),
  payloadText('iss twice, once escaped', (json) => json.replace('{', '{"\\u0069ss":"x",'), TWICE),
  payloadText(
    'a name twice, deep inside',
    (json) => json.replace('{', '{"act":[{"a":{"b":1,"b":2}}],'),
    TWICE,
  ),
  [
    'alg twice',
    (kit) =>
      kit.mintRaw(
        JSON.stringify(kit.header()).replace('{', '{"alg":"none",'),
        JSON.stringify(kit.claims()),
      ),
    TWICE,
  ],
];

/** The signature's last character, with one of the bits set that decoders drop. */
function strayTwin(signature: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return alphabet[alphabet.indexOf(signature.slice(-1)) + 1] ?? '';
}

const NOT_A_NAME = /is not a non-empty string of printable characters/;
const NOT_A_TIME = /is not a sensible number of seconds/;

const ISSUER_ROWS: Row[] = [
  without('iss', /"iss" is missing/),
  claims('iss as a list', { iss: [MAIN] }, /"iss" is missing or not a string/),
  claims('iss null', { iss: null }, /"iss" is missing or not a string/),
  claims('iss a number', { iss: 1 }, /"iss" is missing or not a string/),
  claims('iss an object', { iss: { [MAIN]: true } }, /"iss" is missing or not a string/),
  claims('iss empty', { iss: '' }, /not a trusted issuer/),
  claims('iss of somebody else', { iss: 'https://attacker.example' }, /not a trusted issuer/),
  claims('iss that ours begins', { iss: `${MAIN}.attacker.example` }, /not a trusted issuer/),
  claims('iss that begins ours', { iss: MAIN.slice(0, -1) }, /not a trusted issuer/),
  claims('iss in other case', { iss: MAIN.toUpperCase() }, /not a trusted issuer/),
  claims('iss with a slash after it', { iss: `${MAIN}/` }, /not a trusted issuer/),
  claims('iss with a space after it', { iss: `${MAIN} ` }, /not a trusted issuer/),
  claims('iss __proto__', { iss: '__proto__' }, /not a trusted issuer/),
  without('aud', /missing required "aud"/),
  claims('aud of somebody else', { aud: 'https://other.example' }, /unexpected "aud"/),
  claims('aud a list without us', { aud: ['https://other.example', 'x'] }, /unexpected "aud"/),
  claims('aud an empty list', { aud: [] }, /unexpected "aud"/),
  claims('aud that begins ours', { aud: AUDIENCE.slice(0, -1) }, /unexpected "aud"/),
  claims('aud that ours begins', { aud: `${AUDIENCE}/admin` }, /unexpected "aud"/),
  claims('aud an object', { aud: { [AUDIENCE]: true } }, /unexpected "aud"/),
  claims('aud a list in a list', { aud: [[AUDIENCE]] }, /unexpected "aud"/),
  claims('aud a list with a number', { aud: [AUDIENCE, 1] }, /"aud" is neither/),
  claims('aud null', { aud: null }, /unexpected "aud"/),
  claims('aud in other case', { aud: AUDIENCE.toUpperCase() }, /unexpected "aud"/),
];

const TIME_ROWS: Row[] = [
  without('exp', /missing required "exp"/),
  [
    'claim exp past',
    (kit) => kit.mint({ claims: { exp: kit.now() - 60 } }),
    /"exp" claim timestamp check failed/,
  ],
  [
    'claim exp a string',
    (kit) => kit.mint({ claims: { exp: `${kit.now() + 600}` } }),
    /"exp" claim must be a number/,
  ],
  claims('exp a date', { exp: '2099-01-01T00:00:00Z' }, /"exp" claim must be a number/),
  claims('exp null', { exp: null }, /"exp" claim must be a number/),
  claims('exp true', { exp: true }, /"exp" claim must be a number/),
  claims('exp zero', { exp: 0 }, /timestamp check failed/),
  claims('exp negative', { exp: -1 }, /timestamp check failed/),
  payloadText('claim exp 1e999', (json) => json.replace(/"exp":\d+/, '"exp":1e999'), NOT_A_TIME),
  payloadText(
    'claim exp NaN',
    (json) => json.replace(/"exp":\d+/, '"exp":NaN'),
    /payload is not JSON/,
  ),
  claims('exp beyond the calendar', { exp: 253_402_300_800 }, NOT_A_TIME),
  [
    'claim exp in milliseconds',
    (kit) => kit.mint({ claims: { exp: kit.now() * 1000 } }),
    NOT_A_TIME,
  ],
  [
    'claim nbf future',
    (kit) => kit.mint({ claims: { nbf: kit.now() + 60 } }),
    /"nbf" claim timestamp check failed/,
  ],
  claims('nbf a string', { nbf: '0' }, /"nbf" claim must be a number/),
  payloadText('claim nbf -1e999', (json) => json.replace('{', '{"nbf":-1e999,'), NOT_A_TIME),
  [
    'claim iat future',
    (kit) => kit.mint({ claims: { iat: kit.now() + 60 } }),
    /"iat" is in the future/,
  ],
  [
    'claim iat a string',
    (kit) => kit.mint({ claims: { iat: `${kit.now()}` } }),
    /"iat" claim must be a number/,
  ],
  claims('iat null', { iat: null }, /"iat" claim must be a number/),
  claims('iat negative', { iat: -1 }, NOT_A_TIME),
  payloadText('claim iat -1e999', (json) => json.replace(/"iat":\d+/, '"iat":-1e999'), NOT_A_TIME),
];

const NAME_ROWS: Row[] = ['sub', 'client_id'].flatMap((name): Row[] => [
  without(name, new RegExp(`missing required "${name}"`)),
  claims(`${name} a number`, { [name]: 1 }, NOT_A_NAME),
  claims(`${name} null`, { [name]: null }, NOT_A_NAME),
  claims(`${name} empty`, { [name]: '' }, NOT_A_NAME),
  claims(`${name} blank`, { [name]: ' ' }, NOT_A_NAME),
  claims(`${name} a list`, { [name]: ['client-1'] }, NOT_A_NAME),
  claims(`${name} an object`, { [name]: { id: 'client-1' } }, NOT_A_NAME),
  claims(`${name} with NUL`, { [name]: 'client-1\u0000' }, NOT_A_NAME),
  claims(`${name} with a line break`, { [name]: 'client-1\r\nlevel=info' }, NOT_A_NAME),
  claims(`${name} with half a character`, { [name]: 'client-1\ud800' }, NOT_A_NAME),
]);

const NOT_A_SCOPE = /"scope" has a character/;

const SCOPE_ROWS: Row[] = [
  claims('scope a list', { scope: ['read_orders'] }, /"scope" is not a string/),
  claims('scope a number', { scope: 1 }, /"scope" is not a string/),
  claims('scope null', { scope: null }, /"scope" is not a string/),
  claims('scope true', { scope: true }, /"scope" is not a string/),
  claims('scope an object', { scope: { read_orders: true } }, /"scope" is not a string/),
  claims('scope with a tab', { scope: 'read_orders\tread_customers' }, NOT_A_SCOPE),
  claims('scope with a line break', { scope: 'read_orders\nread_customers' }, NOT_A_SCOPE),
  claims('scope with NUL', { scope: 'read_orders\u0000' }, NOT_A_SCOPE),
  claims('scope with a no-break space', { scope: 'read_orders\u00a0read_customers' }, NOT_A_SCOPE),
  claims(
    'scope with an ideographic space',
    { scope: 'read_orders\u3000read_customers' },
    NOT_A_SCOPE,
  ),
  claims('scope with a zero-width space', { scope: 'read_orders\u200b' }, NOT_A_SCOPE),
  claims('scope with a letter that looks like another', { scope: 're\u0430d_orders' }, NOT_A_SCOPE),
  claims('scope with a quote', { scope: 'read_orders"' }, NOT_A_SCOPE),
  claims('scope with a backslash', { scope: 'read_orders\\' }, NOT_A_SCOPE),
];

const CNF = /sender-constrained/;

const OTHER_ROWS: Row[] = [
  claims('cnf of DPoP', { cnf: { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' } }, CNF),
  claims(
    'cnf of mutual TLS',
    { cnf: { 'x5t#S256': 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2' } },
    CNF,
  ),
  claims('cnf empty', { cnf: {} }, CNF),
  claims('cnf null', { cnf: null }, CNF),
  claims('jti a number', { jti: 7 }, NOT_A_NAME),
  without('store', NOT_A_NAME),
  claims('store a number', { store: 1 }, NOT_A_NAME),
  claims('store null', { store: null }, NOT_A_NAME),
  claims('store empty', { store: '' }, NOT_A_NAME),
  claims('store a list', { store: ['store-1'] }, NOT_A_NAME),
  claims('store with a wildcard', { store: '*' }, /unknown store/),
  claims('store unknown', { store: 'store-unknown' }, /unknown store/),
  claims('store __proto__', { store: '__proto__' }, /unknown store/),
  [
    'claim store outside what the issuer may speak for',
    (kit) => kit.mint({ issuer: BOUNDED, claims: { store: kit.store } }),
    /not among those the issuer may speak for/,
  ],
  payloadText(
    'client_id and sub only inherited through __proto__',
    () => '{"__proto__":{"client_id":"client-1","sub":"user-1","iss":"https://idp.example"}}',
    /"iss" is missing/,
  ),
  payloadText(
    'client_id only inherited through __proto__',
    (json) => json.replace('"client_id":"client-1"', '"__proto__":{"client_id":"client-1"}'),
    /missing required "client_id"/,
  ),
  payloadText(
    'store only inherited through __proto__',
    (json, kit) => json.replace(`"store":"${kit.store}"`, `"__proto__":{"store":"${kit.store}"}`),
    NOT_A_NAME,
  ),
];

/** Every way to get a token wrong that we know of. Made with a `TokenKit`, whose issuers must be the trusted ones. */
export const BAD_TOKENS: readonly BadToken[] = [
  ALGORITHM_ROWS,
  HEADER_ROWS,
  SIGNATURE_ROWS,
  FORM_ROWS,
  ISSUER_ROWS,
  TIME_ROWS,
  NAME_ROWS,
  SCOPE_ROWS,
  OTHER_ROWS,
].flatMap((rows) => rows.map(([name, make, detail]) => ({ name, make, detail })));
