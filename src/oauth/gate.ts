/** Lets work through that must not be done too much of at once. */
export interface Gate {
  /** Does the work, now or when it is its turn; null, without having done it, where too many wait. */
  pass<T>(work: () => Promise<T>): Promise<T | null>;
}

/** A gate that lets so many work, and so many more wait, in the order in which they came. */
export function createGate({
  working,
  waiting,
}: Readonly<Record<'working' | 'waiting', number>>): Gate {
  const queue: (() => void)[] = [];
  let free = working;
  return {
    async pass(work) {
      if (free === 0 && queue.length >= waiting) return null;
      // Whoever leaves hands its place on: between the two nobody else gets in.
      if (free === 0) await new Promise<void>((enter) => queue.push(enter));
      else free -= 1;
      try {
        return await work();
      } finally {
        const next = queue.shift();
        if (next === undefined) free += 1;
        else next();
      }
    },
  };
}
