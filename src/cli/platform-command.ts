import { AppError } from '../errors.ts';
import { type Io, UsageError } from './io.ts';
import { withStoreRemedy } from './no-store.ts';
import { type OpenPlatform, openPlatform } from './platform.ts';

/** What a command prints, and what else a person should know. */
export interface Printed<Result> {
  readonly result: Result;
  readonly advice?: string;
}

/** One of the commands around something that the platform keeps. */
export interface Subcommand<Values, Result> {
  /** Whether it is about one of them, which then must be named. */
  readonly isOfOne: boolean;
  /** The options it takes besides --json. */
  readonly takes: readonly string[];
  /** Reads what it was given, before anything is opened; what that resolves to is printed. */
  readonly prepare: (
    values: Values,
    one: string,
    io: Io,
  ) => Prepared<Result> | Promise<Prepared<Result>>;
}

type Prepared<Result> = (platform: OpenPlatform) => Promise<Printed<Result>>;

/** Commands that begin with the same word. */
export interface Family<Values, Result> {
  readonly name: string;
  /** What one of them is called, and how it is named. */
  readonly one: string;
  readonly help: string;
  readonly commands: Readonly<Record<string, Subcommand<Values, Result>>>;
  readonly inWords: (result: Result) => string;
  /** A problem of the input with options in the place of members. */
  readonly inOptions: (problem: string) => string;
}

interface Common {
  readonly json?: boolean | undefined;
  readonly help?: boolean | undefined;
}

/**
 * Does what a command line says on the platform's data, wherever that is, and prints what came of it.
 *
 * @throws UsageError for a command that was called wrongly, before anything is opened; AppError for what is refused;
 * StartError when there is no way to the database.
 */
export async function runCommand<Values extends Common, Result>(
  family: Family<Values, Result>,
  values: Values,
  positionals: readonly string[],
  io: Io,
): Promise<number> {
  if (values.help) {
    io.out(family.help);
    return 0;
  }
  const run = await prepared(family, values, positionals, io);
  const platform = await openPlatform(io.environment);
  try {
    const { result, advice } = await run(platform);
    io.out(values.json ? `${JSON.stringify(result, null, 2)}\n` : family.inWords(result));
    if (advice !== undefined) io.err(`${advice}\n`);
    return 0;
  } catch (error) {
    throw withStoreRemedy(inOwnWords(family, error));
  } finally {
    await platform.close();
  }
}

/** A refusal in the words of the command line: options for members, and where to find what is not there. */
function inOwnWords<Values, Result>(
  { name, inOptions }: Family<Values, Result>,
  error: unknown,
): unknown {
  if (!(error instanceof AppError)) return error;
  const { code, message } = error;
  if (code === 'NOT_FOUND' && message.startsWith(`There is no ${name}`)) {
    return new AppError(code, `${message} "${name} list" shows all.`, { cause: error });
  }
  return code === 'INVALID_INPUT'
    ? new AppError(code, inOptions(message), { cause: error })
    : error;
}

function prepared<Values extends object, Result>(
  { name: family, one, commands }: Family<Values, Result>,
  values: Values,
  [name, ...rest]: readonly string[],
  io: Io,
) {
  const known = Object.keys(commands).join(', ');
  if (name === undefined) throw new UsageError(`Which ${family} command? There are: ${known}.`);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    throw new UsageError(`"${family} ${name}" is not a command. There are: ${known}.`);
  }
  const full = `${family} ${name}`;
  const [id, ...more] = rest;
  if (command.isOfOne && id === undefined) {
    throw new UsageError(`${full} needs ${one}. "${family} list" shows all.`);
  }
  const tooMuch = command.isOfOne ? more : rest;
  if (tooMuch.length > 0) throw new UsageError(`${full} does not take "${tooMuch.join(' ')}".`);
  const wrong = Object.keys(values).find(
    (option) => option !== 'json' && !command.takes.includes(option),
  );
  if (wrong !== undefined) throw new UsageError(`${full} does not take --${wrong}.`);
  return command.prepare(values, id ?? '', io);
}
