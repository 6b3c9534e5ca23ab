import type { Scope } from '../../scopes/catalogue.ts';

/**
 * What each page must be told. Texts come as people or apps wrote them and addresses as they were
 * registered: the pages escape the ones and check the others. No page reads anything else.
 */

/** The names of everything that the forms send. */
export const FIELDS = {
  csrf: 'csrf',
  email: 'email',
  password: 'password',
  /** A store's id. */
  store: 'store',
  /** A scope's name; as often as optional ones are ticked. Required ones are never sent. */
  scope: 'scope',
  /** `allow` or `cancel`. */
  decision: 'decision',
  /** `withdraw`, `uninstall` or `sign-out`. */
  action: 'action',
  /** An installation's id. */
  installation: 'installation',
} as const;

/** Where a form is sent, and the token without which it is not accepted. */
export interface FormFacts {
  /** A path of this server. */
  readonly action: string;
  readonly csrf: string;
}

export interface AppFacts {
  readonly name: string;
  /** Not shown unless https. */
  readonly logoUrl: string | null;
  /** No link unless https. */
  readonly privacyPolicyUrl: string | null;
  /** Who offers the app; null where the platform was not told, and then nothing is said of it. */
  readonly publisher: string | null;
  readonly visibility: 'PUBLIC' | 'PRIVATE';
  /** Whether it is a public app that the platform approved. */
  readonly isApproved: boolean;
}

/** The app that waits for an answer, and where the person goes then. */
export interface AskingFacts {
  readonly app: AppFacts;
  /** The redirect URI, registered and already compared. */
  readonly redirectUri: string;
}

export interface StoreFacts {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
}

/** Who is signed in. */
export interface PersonFacts {
  readonly name: string;
  readonly email: string;
}

/**
 * `refused`: no such person, or another password; nothing tells which. `expired`: the form was too old. `busy`: too many
 * sign in at this moment.
 */
export type SignInFailure =
  | { readonly kind: 'refused' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number };

/** Sends `csrf`, `email` and `password`; and `decision=cancel` where an app asks and the person will not. */
export interface SignInFacts {
  readonly form: FormFacts;
  /** Null at the merchant's own page. */
  readonly asking: AskingFacts | null;
  /** What was typed before, to be corrected. */
  readonly email: string;
  readonly failure: SignInFailure | null;
}

/** Sends `csrf` and `store`; or `decision=cancel`, or `action=sign-out` to be somebody else. */
export interface ChooseStoreFacts {
  readonly form: FormFacts;
  readonly asking: AskingFacts | null;
  readonly person: PersonFacts;
  /** Those that it may be about. None: the page says so and whom to ask. */
  readonly stores: readonly StoreFacts[];
}

/** What the merchant said of a scope when the app was last looked at. */
export type LastTime = 'granted' | 'declined' | 'not-asked';

export interface AskedScope {
  readonly name: Scope;
  readonly isRequired: boolean;
  /** Null at a first installation. A declined one comes unticked, every other optional one ticked. */
  readonly lastTime: LastTime | null;
}

/** Sends `csrf`, `decision`, and `scope` for each optional one that stays ticked; or `action=sign-out`. */
export interface ConsentFacts {
  readonly form: FormFacts;
  readonly asking: AskingFacts;
  readonly store: StoreFacts;
  readonly person: PersonFacts;
  readonly scopes: readonly AskedScope[];
  /** When the store installed the app; null at a first installation. */
  readonly installedAt: Date | null;
  /** Granted before and not on offer now, which the app loses when the person allows this. */
  readonly lost: readonly Scope[];
}

export interface GrantedScope {
  readonly name: Scope;
  /** It then goes only with the whole app. */
  readonly isRequired: boolean;
  /** Another one that was granted and includes it: it goes when that goes. */
  readonly comesWith: Scope | null;
}

export interface InstalledAppFacts {
  readonly installation: string;
  readonly app: AppFacts;
  readonly installedAt: Date;
  /** To the hour at best; null when it was never used. */
  readonly lastUsedAt: Date | null;
  readonly scopes: readonly GrantedScope[];
  /** What it declares, was not granted, and the merchant has not said no to. */
  readonly asksFor: readonly Scope[];
  /** Path at which it opens inside this page's site; null where it does not. */
  readonly openPath: string | null;
  /** Path of the page that asks whether to uninstall. */
  readonly uninstallPath: string;
  /** Its tokens open nothing as long as the platform keeps it so. */
  readonly isSuspended: boolean;
}

/** What was just done. */
export type Done =
  | { readonly kind: 'withdrawn'; readonly appName: string; readonly scope: Scope }
  | { readonly kind: 'uninstalled'; readonly appName: string }
  | { readonly kind: 'installed'; readonly appName: string };

/**
 * Sends `csrf`, `action=withdraw`, `installation` and `scope`; `action=sign-out` with `csrf`; or, to look at
 * another store, `csrf` and `store`.
 */
export interface InstalledAppsFacts {
  readonly form: FormFacts;
  readonly person: PersonFacts;
  readonly store: StoreFacts;
  /** The other stores of this person. */
  readonly otherStores: readonly StoreFacts[];
  readonly apps: readonly InstalledAppFacts[];
  readonly done: Done | null;
  readonly now: Date;
}

/** Sends `csrf`, `action=uninstall` and `installation`. */
export interface UninstallFacts {
  readonly form: FormFacts;
  readonly person: PersonFacts;
  readonly store: StoreFacts;
  readonly installed: Pick<InstalledAppFacts, 'installation' | 'app' | 'scopes'>;
  /** Path of the list. */
  readonly backPath: string;
}

/** An embedded app, open in a frame. */
export interface OpenAppFacts {
  readonly app: AppFacts;
  readonly store: StoreFacts;
  /** The app's address with its session token; https, or http on localhost. */
  readonly frameUrl: string;
  readonly backPath: string;
}

/** What may not be told to the app by a redirect, or concerns the person alone. */
export interface ErrorFacts {
  readonly status: number;
  /** An OAuth error code, such as `invalid_client`; its words for people are the page's. */
  readonly error: string;
  /** For the app's developers; shown small. */
  readonly description: string | null;
  readonly requestId: string | null;
}

export interface SignedOutFacts {
  /** Path at which one signs in again. */
  readonly signInPath: string;
}

/** A page, ready to be sent. */
export interface Page {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly html: string;
}
