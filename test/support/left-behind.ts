import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterAll, expect, vi } from 'vitest';

/** What tests put something else in the place of. */
const OWNERS = {
  ...{ Array, Date, JSON, Math, Number, Object, Promise, String, console, http, https, net },
  array: Array.prototype,
  date: Date.prototype,
  function: Function.prototype,
  object: Object.prototype,
  process,
  request: http.ClientRequest.prototype,
  response: http.ServerResponse.prototype,
  socket: net.Socket.prototype,
  string: String.prototype,
};

/** What libraries add when they are first loaded. */
const OF_LIBRARIES = /^(__|URLPattern$)/;

const EVENTS = [
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
  'uncaughtException',
  'unhandledRejection',
  'warning',
];

/** Everything that the files of a process share beside modules, by name. */
function shared(): ReadonlyMap<string, unknown> {
  const found = new Map<string, unknown>();
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    // Read, since Node.js makes some of them when they are first asked for.
    if (!OF_LIBRARIES.test(name)) found.set(name, Reflect.get(globalThis, name));
  }
  for (const [owner, object] of Object.entries(OWNERS)) {
    for (const [name, { value, get }] of Object.entries(Object.getOwnPropertyDescriptors(object))) {
      if (typeof (get ?? value) === 'function') found.set(`${owner}.${name}`, get ?? value);
    }
  }
  for (const [name, value] of Object.entries(process.env)) found.set(`environment ${name}`, value);
  for (const event of EVENTS) found.set(`listeners of ${event}`, process.listenerCount(event));
  found.set('folder', process.cwd());
  found.set('umask', process.umask());
  return found;
}

/** What holds the process: servers that listen and programs that run. */
const open = () =>
  process
    .getActiveResourcesInfo()
    .filter((name) => /^(TCPServerWrap|PipeServerWrap|ProcessWrap)$/.test(name));

const before = shared();
const openBefore = open();

afterAll(async () => {
  // What was closed is gone when this turn and the next are over.
  for (let turn = 0; turn < 2; turn++) await setImmediate();
  const after = shared();
  const names = new Set([...before.keys(), ...after.keys()]);
  const changed = [...names].filter((name) => !Object.is(before.get(name), after.get(name)));
  expect(changed, 'the file left something changed').toEqual([]);
  expect(vi.isFakeTimers(), 'the file left the clock stopped').toBe(false);
  expect(open(), 'the file left something open').toEqual(openBefore);
});
