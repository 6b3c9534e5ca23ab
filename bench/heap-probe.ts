/** Preloaded into a server: tells its memory after a collection, whenever it is asked. */
process.on('message', (message) => {
  if (message !== 'memory') return;
  // Twice, because what the first one finalizes the second one frees.
  globalThis.gc?.();
  globalThis.gc?.();
  process.send?.({ memory: process.memoryUsage() });
});
// Only to be asked is no reason to go on running.
process.channel?.unref();
