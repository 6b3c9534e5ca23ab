import autocannon from 'autocannon';
import type { BenchRequest } from './operations.ts';

/** What the load process is told to do. */
export interface LoadOrder {
  readonly url: string;
  readonly requests: readonly BenchRequest[];
  readonly connections: number;
  readonly seconds: number;
}

/** What came of it. Times are in milliseconds; autocannon's own percentiles are whole ones. */
export interface LoadReport {
  /** All requests that reached the server, also those that the end cut off. */
  readonly sent: number;
  readonly answered: number;
  readonly failed: number;
  readonly seconds: number;
  readonly p50: number;
  readonly p99: number;
}

async function load({ url, requests, connections, seconds }: LoadOrder): Promise<LoadReport> {
  const times: number[] = [];
  const started = performance.now();
  const built = requests.map(({ method, path, headers, body = '' }) => ({
    method,
    path,
    headers: { ...headers },
    body,
  }));
  let clients = 0;
  const options = {
    url,
    connections,
    duration: seconds,
    // It ends with a sample, so that coarse ones would make the rounds uneven.
    sampleInt: 100,
    timeout: 30,
    requests: built.slice(0, 1),
    // Each connection begins elsewhere, so that no two ask for the same at the same time.
    setupClient(client: autocannon.Client) {
      const start = Math.floor((built.length * clients) / connections);
      clients += 1;
      client.setRequests([...built.slice(start), ...built.slice(0, start)]);
    },
  };
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const run = autocannon(options, (error: unknown, result) => {
      if (error) reject(error);
      else resolve(result);
    });
    run.on('response', (_client, _status, _bytes, milliseconds) => {
      times.push(milliseconds);
    });
  });
  const elapsed = (performance.now() - started) / 1000;
  times.sort((a, b) => a - b);
  const percentile = (share: number) =>
    times[Math.min(Math.floor(times.length * share), times.length - 1)] ?? Number.NaN;
  return {
    sent: result.requests.sent,
    answered: times.length,
    failed: result.non2xx + result.errors + result.timeouts,
    seconds: elapsed,
    p50: percentile(0.5),
    p99: percentile(0.99),
  };
}

process.on('message', (order: LoadOrder) => {
  load(order).then(
    (report) => process.send?.(report),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
process.once('disconnect', () => process.exit());
