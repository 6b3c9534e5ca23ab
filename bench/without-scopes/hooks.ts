import { existsSync } from 'node:fs';
import type { ResolveHook } from 'node:module';
import { fileURLToPath } from 'node:url';

const HERE = new URL('./', import.meta.url).href;
/** The bench's own copy of the sources, which its types come from, and the gateway that is started. */
const COPY = new URL('../../src/', HERE).href;
const BUILT = new URL('../../../../dist/', HERE).href;

const REPLACED: ReadonlyMap<string, string> = new Map(
  ['scopes/decide.js', 'scopes/refusals.js', 'scopes/requirement.js', 'data/guards.js'].map(
    (file) => [`${BUILT}${file}`, `${HERE}${file.slice(file.indexOf('/') + 1)}`],
  ),
);

for (const url of REPLACED.keys()) {
  // A file that has moved would leave its part of enforcement in place.
  if (!existsSync(fileURLToPath(url))) throw new Error(`The gateway has no ${url} to replace.`);
}

/** Whoever imports a replaced file gets the replacement, and the replacement gets the gateway's own. */
export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  const resolved = await nextResolve(specifier, context);
  const url = context.parentURL?.startsWith(HERE)
    ? resolved.url.replace(COPY, BUILT)
    : (REPLACED.get(resolved.url) ?? resolved.url);
  return { ...resolved, url };
};
