/**
 * So many go on at once. Small requests would gain from more. Large ones lose: the rows of all of them are alive when
 * the young garbage is collected, and are copied.
 */
const MOST = 8;

let waiting: (() => void)[] = [];

/**
 * Waits until this turn of the event loop ends. The requests that came in it then go on together, each step of all of
 * them before the next one: the system's work on sockets drives the code for a request out of the processor's caches,
 * and to bring it back takes longer than to run it. Whoever reads the answers is woken up once for all of them.
 */
export function endOfTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (waiting.length === 0) setImmediate(goOn);
    waiting.push(resolve);
  });
}

function goOn(): void {
  const all = waiting;
  // What is left over lets the event loop turn before it goes on.
  waiting = all.splice(MOST);
  if (waiting.length > 0) setImmediate(goOn);
  for (const resolve of all) resolve();
}
