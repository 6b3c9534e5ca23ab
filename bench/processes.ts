import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Where processes run: the measured server has a core of its own, all others share the rest. */
export const SERVER_CORE = '0';
export const OTHER_CORES = `1-${Math.max(availableParallelism() - 1, 1)}`;

/** Linux counts processor time in hundredths of a second, whatever its kernel's tick is. */
const MICROSECONDS_PER_TICK = 10_000;

type Environment = Readonly<Record<string, string>>;

export interface Spawned {
  readonly child: ChildProcess;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts a Node program on some cores; its pid is the one of Node, because taskset becomes it. */
export function spawnNode(
  cores: string,
  args: readonly string[],
  environment: Environment,
  node: string = process.execPath,
): Spawned {
  const child = spawn('taskset', ['-c', cores, node, ...args], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit').then(() => RUNNING.delete(child));
  RUNNING.add(child);
  return {
    child,
    pid: child.pid ?? 0,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

const RUNNING = new Set<ChildProcess>();
// An interrupted run must not leave servers behind.
process.once('exit', () => {
  for (const child of RUNNING) child.kill('SIGTERM');
});

/** Waits for a server to say where it listens. */
export function listensOn({ child }: Spawned): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout?.on('data', (chunk) => {
      said += String(chunk);
      const url = /listens on (http:\S+)/.exec(said)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.once('exit', (code) => reject(new Error(`A server ended with ${code}: ${said}`)));
    child.once('error', reject);
  });
}

/** Runs a program to its end. */
export async function runCommand(
  command: string,
  args: readonly string[],
  environment: Environment,
): Promise<void> {
  const child = spawn(command, [...args], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}.`);
}

/** Moves a running server and all its processes; the ones it makes later stay there too. */
export async function pin(pid: number, cores: string): Promise<void> {
  for (const each of [pid, ...childrenOf(pid)]) {
    await runCommand('taskset', ['-a', '-c', '-p', cores, String(each)], {});
  }
}

interface ProcessTimes {
  readonly parent: number;
  /** Microseconds of processor time, user and system. */
  readonly own: number;
  /** The same of its children that have ended. */
  readonly ended: number;
}

/** proc(5): after the command's name in parentheses come state, parent and, at 14 to 17, the times. */
function timesOf(pid: number): ProcessTimes | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ticks = (at: number) => Number(fields[at - 3]);
    return {
      parent: ticks(4),
      own: (ticks(14) + ticks(15)) * MICROSECONDS_PER_TICK,
      ended: (ticks(16) + ticks(17)) * MICROSECONDS_PER_TICK,
    };
  } catch {
    return null;
  }
}

function childrenOf(parent: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => timesOf(pid)?.parent === parent);
}

/** Microseconds of processor time that a process has used. */
export function cpuOf(pid: number): number {
  return timesOf(pid)?.own ?? 0;
}

/** Microseconds of processor time that a process and its children, living and ended, have used. */
export function cpuOfFamily(pid: number): number {
  for (;;) {
    const before = timesOf(pid)?.ended;
    const living = [pid, ...childrenOf(pid)].reduce((sum, each) => sum + cpuOf(each), 0);
    const ended = timesOf(pid)?.ended;
    // A child that ended meanwhile would count twice or not at all.
    if (before === ended) return living + (ended ?? 0);
  }
}
