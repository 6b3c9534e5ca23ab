import type { AppChanges, AppDraft } from '../oauth/apps.ts';
import { UsageError } from './io.ts';

/** The options that describe an app, as `parseArgs` reads them. */
export const APP_OPTIONS = {
  name: { type: 'string' },
  publisher: { type: 'string' },
  visibility: { type: 'string' },
  store: { type: 'string' },
  'redirect-uri': { type: 'string', multiple: true },
  required: { type: 'string', multiple: true },
  optional: { type: 'string', multiple: true },
  logo: { type: 'string' },
  'privacy-policy': { type: 'string' },
  'app-url': { type: 'string' },
  tokens: { type: 'string' },
} as const;

type OptionName = keyof typeof APP_OPTIONS;

export type AppOptions = {
  readonly [Name in OptionName]?: (typeof APP_OPTIONS)[Name] extends { multiple: true }
    ? string[] | undefined
    : string | undefined;
};

/** What a member of a draft is called on the command line. */
const OPTION_OF: Readonly<Record<keyof AppDraft, OptionName>> = {
  name: 'name',
  publisher: 'publisher',
  visibility: 'visibility',
  ownerStore: 'store',
  redirectUris: 'redirect-uri',
  requiredScopes: 'required',
  optionalScopes: 'optional',
  logoUrl: 'logo',
  privacyPolicyUrl: 'privacy-policy',
  appUrl: 'app-url',
  accessTokenFormat: 'tokens',
};

/** Scopes stand in one text, as in a request for a token, or in several. */
const scopesIn = (texts: readonly string[]) =>
  texts.flatMap((text) => text.split(/\s+/).filter((name) => name !== ''));

/** What is left empty is taken away. */
const orNull = (text: string) => (text === '' ? null : text);

/** Only what was given; what the words mean is the operation's to say, which refuses every other. */
export function changesOf(options: AppOptions): AppChanges {
  const { name, publisher, required, optional, logo, tokens } = options;
  const redirectUris = options['redirect-uri'];
  const privacyPolicy = options['privacy-policy'];
  const appUrl = options['app-url'];
  return {
    ...(name !== undefined && { name }),
    ...(publisher !== undefined && { publisher: orNull(publisher) }),
    ...(redirectUris !== undefined && { redirectUris }),
    ...(required !== undefined && { requiredScopes: scopesIn(required) }),
    ...(optional !== undefined && { optionalScopes: scopesIn(optional) }),
    ...(logo !== undefined && { logoUrl: orNull(logo) }),
    ...(privacyPolicy !== undefined && { privacyPolicyUrl: orNull(privacyPolicy) }),
    ...(appUrl !== undefined && { appUrl: orNull(appUrl) }),
    ...(tokens !== undefined && {
      accessTokenFormat: oneOf('tokens', tokens, { opaque: 'OPAQUE', jwt: 'JWT' } as const),
    }),
  };
}

/** @throws UsageError naming every option that is missing. */
export function draftOf(options: AppOptions): AppDraft {
  const { name, redirectUris, requiredScopes, ...rest } = changesOf(options);
  const { visibility, store } = options;
  if (name === undefined || redirectUris === undefined || visibility === undefined) {
    const missing = (['name', 'visibility', 'redirect-uri'] as const).filter(
      (option) => options[option] === undefined,
    );
    throw new UsageError(
      `app create needs ${missing.map((option) => `--${option}`).join(', ')}. "app --help" has an example.`,
    );
  }
  return {
    ...rest,
    name,
    redirectUris,
    requiredScopes: requiredScopes ?? [],
    visibility: oneOf('visibility', visibility, { public: 'PUBLIC', private: 'PRIVATE' } as const),
    ...(store !== undefined && { ownerStore: store }),
  };
}

function oneOf<Value extends string>(
  option: OptionName,
  text: string,
  words: Readonly<Record<string, Value>>,
): Value {
  const value = Object.hasOwn(words, text) ? words[text] : undefined;
  if (value !== undefined) return value;
  throw new UsageError(`--${option} is one of: ${Object.keys(words).join(', ')}.`);
}

const MEMBERS = new RegExp(
  `\\b(?:changes\\.)?(${Object.keys(OPTION_OF).join('|')})(?:\\.\\d+)?:`,
  'g',
);

/** A problem of a draft with options in the place of its members. */
export const inOptions = (problem: string): string =>
  problem.replaceAll(MEMBERS, (_, member: keyof AppDraft) => `--${OPTION_OF[member]}:`);
