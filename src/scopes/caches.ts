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

/** A cache that starts again when it is full. */
export function bounded<K, V>(cache: Map<K, V>, size: number): Map<K, V> {
  if (cache.size >= size) cache.clear();
  return cache;
}
