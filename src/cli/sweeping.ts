import type { System } from '../data/system.ts';
import { sweepExpired } from '../oauth/sweep.ts';
import type { Logger } from '../telemetry/logger.ts';

/** How often expired tokens and sessions are deleted: anybody may begin authorizations, and each is a row. */
const SWEEP_EVERY_MS = 10 * 60 * 1_000;

/** Deletes again and again what no request can use any more, until it is told to stop. */
export function startSweeping(system: System, clock: () => Date, logger: Logger): () => void {
  const sweeping = setInterval(() => {
    sweepExpired(system, clock()).catch((error: unknown) => {
      logger.error({ detail: String(error) }, 'expired tokens were not deleted');
    });
  }, SWEEP_EVERY_MS).unref();
  return () => clearInterval(sweeping);
}
