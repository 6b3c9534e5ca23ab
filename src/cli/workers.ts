import type { Config } from '../config.ts';
import { createLogger } from '../telemetry/logger.ts';
import { openIssuers } from './configured-issuers.ts';
import { Crew } from './crew.ts';
import { openPostgres } from './open-postgres.ts';
import { startSweeping } from './sweeping.ts';

/** Gateways in processes of their own, behind one address. */
export interface RunningWorkers {
  readonly url: string;
  /** Rejects with a StartError when no worker runs any more and none can be started. */
  readonly failed: Promise<never>;
  /** Lets all finish what they are doing. Whether each of them ended well. */
  close(): Promise<boolean>;
}

/**
 * Starts as many workers as the settings say. What must be there once is here: the checks of a start, and the sweeping of
 * what has expired. What workers count together, they count in the database.
 *
 * @throws StartError with the problems of a start, or those of the first worker that cannot; nothing is left running
 * then.
 */
export async function startWorkers(
  config: Config,
  url: string,
  clock: () => Date = () => new Date(),
): Promise<RunningWorkers> {
  const { SCOPEGATE_DRAIN_TIMEOUT: drain, SCOPEGATE_REQUEST_TIMEOUT: statementTimeout } = config;
  await openIssuers(config, clock);
  const database = await openPostgres({ url, connections: 1, statementTimeout });
  const logger = createLogger(config.SCOPEGATE_LOG_LEVEL);
  const crew = new Crew(logger);
  const close = async () => {
    // The statement of a request that was cut goes on until its own time is over.
    const isWell = await crew.stop(drain + statementTimeout + 1_000);
    await database.close();
    return isWell;
  };
  try {
    const starting = Array.from({ length: config.SCOPEGATE_WORKERS }, () => crew.start());
    const [address = ''] = await Promise.all(starting);
    const stopSweeping = startSweeping(database.system, clock, logger);
    return {
      url: address,
      failed: crew.failed,
      close: () => {
        stopSweeping();
        return close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
