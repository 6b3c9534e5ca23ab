interface Entry<V> {
  readonly value: V;
  readonly bytes: number;
}

/**
 * What was asked for lately, bounded in bytes: whatever was not asked for while half of the room was filled with others
 * goes. To find what is there takes one look, so that it can be done for every request.
 */
export class Recent<V> {
  readonly #half: number;
  #young = new Map<string, Entry<V>>();
  #old = new Map<string, Entry<V>>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#half = maxBytes / 2;
  }

  get(key: string): V | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young.value;
    const old = this.#old.get(key);
    if (old !== undefined) this.#add(key, old);
    return old?.value;
  }

  /** Keeps a value that takes about so many bytes, of which there is none by this key. */
  set(key: string, value: V, bytes: number): void {
    this.#add(key, { value, bytes });
  }

  #add(key: string, entry: Entry<V>): void {
    if (this.#bytes + entry.bytes > this.#half) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#bytes = 0;
    }
    this.#young.set(key, entry);
    this.#bytes += entry.bytes;
  }
}
