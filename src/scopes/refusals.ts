import type { FieldNode, GraphQLError } from 'graphql';
import type { Need } from './field-facts.ts';
import { refusal } from './refusal.ts';
import type { Granted } from './requirement.ts';

/** How refused fields are reported: once for each coordinate, or once for each place in the answer. */
export type RefusalErrors = 'per-coordinate' | 'per-path';

export type Path = readonly (string | number)[];

interface Refused {
  readonly need: Need;
  readonly nodes: readonly FieldNode[];
  readonly path: Path;
  occurrences: number;
  nulledPath?: Path;
}

/** The refusals that were met while an answer was made, in that order. */
export class Refusals {
  readonly #style: RefusalErrors;
  readonly #refused: Refused[] = [];
  /** Made with the first: most answers refuse nothing. */
  #byCoordinate: Map<string, Refused> | null = null;

  constructor(style: RefusalErrors = 'per-coordinate') {
    this.#style = style;
  }

  /** How many errors there will be. */
  get size(): number {
    return this.#refused.length;
  }

  /** A place where something is refused. The path is asked for only where it will be told. */
  add(need: Need, nodes: readonly FieldNode[], pathOf: () => Path): void {
    this.#byCoordinate ??= new Map();
    const known = this.#byCoordinate.get(need.coordinate);
    if (known !== undefined && this.#style !== 'per-path') {
      known.occurrences += 1;
      return;
    }
    const refused = { need, nodes, path: pathOf(), occurrences: 1 };
    this.#byCoordinate.set(need.coordinate, refused);
    this.#refused.push(refused);
  }

  /** The place is null now, and with it everything below: those that were added since. */
  nulled(path: Path, since: number): void {
    for (const refused of this.#refused.slice(since)) {
      if (path.length < refused.path.length) refused.nulledPath = path;
    }
  }

  errors(granted: Granted): GraphQLError[] {
    return this.#refused.map(({ need, nodes, path, occurrences, nulledPath }) =>
      refusal(need.coordinate, need.requirement, granted, {
        nodes,
        path,
        ...(this.#style !== 'per-path' && { occurrences }),
        ...(nulledPath && { nulledPath }),
      }),
    );
  }
}

/** Errors in the order of the document and its lists, which is how a reader looks for them. */
export function inDocumentOrder(a: GraphQLError, b: GraphQLError): number {
  const position = (error: GraphQLError) => error.nodes?.[0]?.loc?.start ?? 0;
  return position(a) - position(b) || comparePaths(a.path ?? [], b.path ?? []);
}

function comparePaths(a: Path, b: Path): number {
  const at = a.findIndex((step, index) => step !== b[index]);
  const [left, right] = [a[at], b[at]];
  return typeof left === 'number' && typeof right === 'number' ? left - right : 0;
}
