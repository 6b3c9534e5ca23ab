import type { ImportResult } from '../commands/import/run-import.ts';
import type { StoreReference } from '../data/source.ts';
import type { ImportCounts } from '../data/tables/imports.ts';

/** What a count says of lines. */
const WORDS: Readonly<Record<keyof ImportCounts, string>> = {
  created: 'created',
  updated: 'updated',
  unchanged: 'unchanged',
  kept: 'kept, because what is stored is newer',
  refused: 'refused',
  valid: 'valid',
};

/** Warnings that are shown; all that were kept are in the JSON. */
const SHOWN = 20;

/** The result of an import for people. */
export function inWords(result: ImportResult, store: StoreReference, report: string): string {
  const { id, lines, resumedAfter, counts, warnings, refused, finished } = result;
  const head =
    id === null
      ? `Checked for ${store.name} (${store.domain}), and changed nothing: ${lines} lines.`
      : `Imported into ${store.name} (${store.domain}): ${lines} lines${resumedAfter > 0 ? `, of which ${resumedAfter} were done before` : ''}.`;
  const types = Object.entries(counts).map(([type, each]) => {
    const told = Object.entries(WORDS).flatMap(([fate, word]) => {
      const count = each[fate as keyof ImportCounts];
      return count > 0 ? [`${count} ${word}`] : [];
    });
    return `  ${type.padEnd(8)}  ${told.join(', ')}`;
  });
  const warned = warnings.slice(0, SHOWN).map(({ field, value, message, firstLine, times }) => {
    const named = value === null ? field : `${field} ${JSON.stringify(value)}`;
    return `  ${named}: ${message} ${times} ${times === 1 ? 'time' : 'times'}, first in line ${firstLine}.`;
  });
  const more =
    warnings.slice(SHOWN).reduce((sum, { times }) => sum + times, 0) + result.moreWarnings;
  return `${[
    head,
    ...types,
    ...(warned.length > 0 ? ['Taken, but not as the file says it:', ...warned] : []),
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...(refused > 0 ? [`Refused lines and the reasons are in ${report}.`] : []),
    ...(finished ? [] : ['Stopped before the end. The same command goes on from here.']),
  ].join('\n')}\n`;
}
