interface Keeper<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): unknown;
}

/** What is kept of a key; made and kept where there is nothing yet. What fails to be made is not kept. */
export function getOrMake<K, V>(kept: Keeper<K, V>, key: K, make: () => NoInfer<V>): V {
  const known = kept.get(key);
  if (known !== undefined) return known;
  const made = make();
  kept.set(key, made);
  return made;
}

interface Entry<V> {
  readonly value: V;
  readonly size: number;
}

/**
 * What was asked for lately, bounded by the sum of its sizes: whatever was not asked for while half of the room was filled
 * with others goes. To find what is there takes one look, so that it can be done for every request.
 */
export class Recent<V> {
  readonly #half: number;
  #young = new Map<string, Entry<V>>();
  #old = new Map<string, Entry<V>>();
  #size = 0;

  constructor(maxSize: number) {
    this.#half = maxSize / 2;
  }

  get(key: string): V | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young.value;
    const old = this.#old.get(key);
    if (old !== undefined) this.#add(key, old);
    return old?.value;
  }

  /** Keeps a value, of which there is none by this key. */
  set(key: string, value: V, size: number): void {
    this.#add(key, { value, size });
  }

  #add(key: string, entry: Entry<V>): void {
    if (this.#size + entry.size > this.#half) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#size = 0;
    }
    this.#young.set(key, entry);
    this.#size += entry.size;
  }
}
