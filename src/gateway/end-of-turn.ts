/** So many go on at once. */
const MOST = 16;

let waiting: (() => void)[] = [];

/**
 * Waits until this turn of the event loop ends. The requests that came in it then go on together, each step of all of
 * them after the other: a small request takes less time than to bring its code into the processor's caches, which the
 * system's work on sockets drives out of them. It also wakes up who reads the answers once for all.
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
