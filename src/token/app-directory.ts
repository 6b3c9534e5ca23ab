/** What the platform knows about an app. */
export interface AppFacts {
  readonly id: string;
  readonly name: string;
  readonly visibility: 'PUBLIC' | 'PRIVATE';
  /** Whether it is a public app that the platform reviewed and approved; admin-gated scopes need that. */
  readonly approved: boolean;
  /** Whether the platform stopped it: no token of it works. */
  readonly suspended: boolean;
  /** Names of scopes; some may no longer be in the catalogue. */
  readonly declaredScopes: readonly { readonly scope: string; readonly required: boolean }[];
}

/** Whether an app is a public one that the platform reviewed and approved. */
export const isApproved = (app: { readonly visibility: string; readonly review: string }) =>
  app.visibility === 'PUBLIC' && app.review === 'APPROVED';

/** An app's place in a store. */
export interface InstallationFacts {
  readonly id: string;
  readonly installedAt: Date;
}

/** An opaque access token that works at this moment: not revoked, of an app that is installed. */
export interface FoundToken {
  readonly clientId: string;
  readonly storeId: string;
  /** What the token says, separated by spaces. */
  readonly scope: string;
  /** What the merchant granted the installation. */
  readonly grantedScopes: readonly string[];
  readonly expiresAt: Date;
  readonly app: AppFacts;
  readonly installation: InstallationFacts;
  /** Where the app is sent back to: the first address that it registered; null where it registered none. */
  readonly redirectUri: string | null;
}

/** The app that a client of an external issuer is linked to, and its installation in the store, if any. */
export interface LinkedApp {
  readonly app: AppFacts;
  readonly installation: InstallationFacts | null;
}

/** The platform's look-ups. Each gives one row by its exact name, or null. */
export interface AppDirectory {
  /** By the SHA-256 of the whole token, in lower-case hexadecimal. */
  findAccessToken(hash: string): Promise<FoundToken | null>;
  findLinkedApp(issuer: string, clientId: string, storeId: string): Promise<LinkedApp | null>;
}
