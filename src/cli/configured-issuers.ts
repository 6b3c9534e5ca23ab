import type { Config } from '../config.ts';
import { StartError } from '../errors.ts';
import { createIssuer } from '../token/configured-issuer.ts';

/**
 * The issuers that the settings name, with keys that can be read.
 *
 * @throws StartError with every problem of every issuer.
 */
export async function openIssuers(config: Config, clock: () => Date) {
  const issuers = (config.SCOPEGATE_ISSUERS ?? []).map((settings) =>
    createIssuer(settings, { clock }),
  );
  const problems = (await Promise.all(issuers.map(({ keys }) => keys.check()))).flat();
  if (problems.length > 0) throw new StartError(problems);
  return issuers;
}
