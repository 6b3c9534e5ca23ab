import { plainName } from '../oauth/pages/names.ts';
import { isScope, scopeDefinition } from '../scopes/catalogue.ts';
import type { AppView, AppViewWithSecret } from './operations.ts';
import { noteOn } from './scope-notes.ts';

/** One app, whole, for people. */
export function appInWords(app: AppView | AppViewWithSecret): string {
  const named: readonly (readonly [name: string, values: readonly string[]])[] = [
    ['app', [app.id]],
    ['client_id', [app.clientId]],
    ...('clientSecret' in app ? [['client_secret', [app.clientSecret]] as const] : []),
    ['publisher', listed(app.publisher && plainName(app.publisher))],
    ['visibility', [app.visibility.toLowerCase()]],
    ['review', [reviewOf(app)]],
    ['owner store', listed(app.ownerStoreId)],
    ['redirect URIs', app.redirectUris],
    ['opens at', listed(app.appUrl)],
    ['logo', listed(app.logoUrl)],
    ['privacy policy', listed(app.privacyPolicyUrl)],
    ['access tokens', [app.accessTokenFormat.toLowerCase()]],
    ['required', scopesOf(app, true)],
    ['optional', scopesOf(app, false)],
    ['registered', [app.createdAt]],
    ['changed', [app.updatedAt]],
  ];
  const width = Math.max(...named.map(([name]) => name.length));
  const lines = named.flatMap(([name, values]) =>
    values.map((value, index) => `  ${(index === 0 ? name : '').padEnd(width)}  ${value}`),
  );
  return `${plainName(app.name)}\n${lines.join('\n')}\n`;
}

/** Apps, one on a line. */
export function appsInWords(apps: readonly AppView[]): string {
  const rows = apps.map((app) => [
    app.id,
    app.clientId,
    app.visibility.toLowerCase(),
    app.review.toLowerCase(),
    plainName(app.name),
  ]);
  const table = [['APP', 'CLIENT_ID', 'VISIBILITY', 'REVIEW', 'NAME'], ...rows];
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...table.map((cells) => cells[column]?.length ?? 0)),
  );
  return table
    .map((cells) => `${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}\n`)
    .join('');
}

const listed = (value: string | null) => (value === null ? [] : [value]);

function reviewOf({ review, reviewNote }: AppView): string {
  const state = review.toLowerCase();
  return reviewNote === null ? state : `${state}: ${plainText(reviewNote)}`;
}

/** A note as it can stand on one line of a terminal. */
const plainText = (note: string) => note.replace(/\s+/gu, ' ').replace(/\p{Cc}/gu, '');

function scopesOf({ scopes }: AppView, isRequired: boolean): string[] {
  return scopes
    .filter(({ required }) => required === isRequired)
    .map(({ scope }) => (isScope(scope) ? scope + noteOn(scopeDefinition(scope)) : scope));
}
