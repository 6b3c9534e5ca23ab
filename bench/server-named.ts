import { SERVER_NAMES, type ServerName } from './cells.ts';

/** The server of this name, for a command that was given it; one that does not exist ends the command, told which do. */
export function serverNamed(name: string): ServerName {
  const found = SERVER_NAMES.find((each) => each === name);
  if (found !== undefined) return found;
  process.stderr.write(`There is no server "${name}". There are: ${SERVER_NAMES.join('; ')}\n`);
  process.exit(2);
}
