import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadOrder } from './load.ts';
import { sendLoad } from './load-process.ts';
import type { OperationName } from './operations.ts';
import { cpuOf, cpuOfFamily, type Spawned } from './processes.ts';
import type { BenchServer } from './servers.ts';
import type { Round } from './statistics.ts';

/** What every round needs beside its server. */
export interface RoundOf {
  /** PostgreSQL's first process; null where the data is in memory. */
  readonly postgresPid: number | null;
  /** The orders that Q1 asks for in turn. Q2 has a request for each as well, so that all apps ask. */
  readonly orderIds: readonly string[];
  readonly loader: Spawned;
}

/** One round of requests to one server. Throws where a single one fails. */
export async function oneRound(
  { loader, orderIds, postgresPid }: RoundOf,
  server: BenchServer,
  operation: OperationName,
  connections: number,
  seconds: number,
): Promise<Round> {
  const requests = orderIds.map((id) => server.requestOf(operation, id));
  const order: LoadOrder = { url: server.url, requests, connections, seconds };
  const postgresCpu = () => (postgresPid === null ? 0 : cpuOfFamily(postgresPid));
  const before = { node: cpuOf(server.pid), postgres: postgresCpu() };
  const report = await sendLoad(loader, order);
  // What the end cut off is still being answered, and counts as sent.
  await sleep(150);
  const node = cpuOf(server.pid) - before.node;
  const postgres = postgresCpu() - before.postgres;
  if (report.failed > 0 || report.answered === 0) {
    throw new Error(`${server.name} failed ${report.failed} requests of ${report.sent}.`);
  }
  return {
    requestsPerSecond: report.answered / report.seconds,
    p50: report.p50,
    p99: report.p99,
    nodeCpu: node / report.sent,
    postgresCpu: postgres / report.sent,
    busy: node / 1e6 / report.seconds,
  };
}
