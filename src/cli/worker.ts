import cluster from 'node:cluster';
import type { Config } from '../config.ts';
import { StartError } from '../errors.ts';
import { startGateway } from './start.ts';
import { STOP, type WorkerNews } from './worker-messages.ts';

/**
 * One of several gateways, until it is told to stop. It shares the address that it listens on with the others. When the
 * process that started it dies, it dies too.
 *
 * @returns its exit code.
 */
export async function work(config: Config, stopped: Promise<void>): Promise<number> {
  const told = new Promise<void>((resolve) => {
    process.on('message', (message) => {
      if (message === STOP) resolve();
    });
  });
  try {
    const gateway = await startGateway(config, { isWorker: true });
    await tell({ kind: 'ready', url: gateway.server.url });
    await Promise.race([stopped, told]);
    await gateway.close();
    return 0;
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    await tell({ kind: 'refused', problems: error.problems });
    return 1;
  } finally {
    cluster.worker?.disconnect();
  }
}

const tell = (news: WorkerNews) =>
  new Promise<void>((resolve) => {
    cluster.worker?.send(news, () => resolve());
  });
