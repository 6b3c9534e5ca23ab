import type { ImportWarning } from '../../data/tables/imports.ts';
import { claimRecords } from './claims.ts';
import { customerRecords } from './customers.ts';
import { type Line, MAX_LINE_BYTES } from './lines.ts';
import { orderRecords } from './orders.ts';
import { inSentences, type Problem, problem, problemsOf } from './problems.ts';
import { productRecords } from './products.ts';
import { readJson } from './read-json.ts';
import type { Recorded, RecordType } from './records.ts';
import type { ShapeContext } from './shapes.ts';

/** What a line may be about. */
export const RECORD_TYPES = {
  customer: customerRecords,
  product: productRecords,
  order: orderRecords,
  claim: claimRecords,
} as const;

export type RecordTypeName = keyof typeof RECORD_TYPES;

/** Something that was taken, but not as a line says it. */
export type LineWarning = Pick<ImportWarning, 'field' | 'value' | 'message'> & {
  readonly line: number;
};

/** A line that was read: well, or with problems. */
export type ReadLine =
  | {
      readonly line: number;
      readonly type: RecordTypeName;
      readonly record: Recorded;
      readonly warnings: readonly LineWarning[];
    }
  | Refusal;

/** A line that was refused, and all that the report says of it. */
export interface Refusal {
  readonly line: number;
  readonly type: RecordTypeName | null;
  readonly sourceId: string | null;
  readonly problems: readonly Problem[];
}

/** Reads lines of one store; null for a line with nothing in it. */
export function lineReader(
  context: Pick<ShapeContext, 'now' | 'store'>,
): (line: Line) => ReadLine | null {
  let number = 0;
  let warnings: LineWarning[] = [];
  const warn: ShapeContext['warn'] = (field, value, message) => {
    warnings.push({ line: number, field, value, message });
  };
  const shapes = new Map(
    Object.entries(RECORD_TYPES).map(([name, type]) => {
      return [name, (type as unknown as RecordType<Recorded>).shape({ ...context, warn })];
    }),
  );
  return ({ number: line, bytes }) => {
    const refused = (...problems: readonly Problem[]): Refusal => {
      return { line, type: null, sourceId: null, problems };
    };
    if (bytes === null) {
      return refused(problem(null, `The line is longer than ${MAX_LINE_BYTES} bytes.`));
    }
    const read = readJson(bytes);
    if ('problems' in read) return refused(...read.problems);
    if (read.object === null) return null;
    const type = Object.hasOwn(read.object, 'type') ? String(read.object.type) : '';
    const shape = shapes.get(type);
    if (shape === undefined) {
      const names = Object.keys(RECORD_TYPES).join(', ');
      return refused(problem('type', `It is none of ${names}.`));
    }
    [number, warnings] = [line, []];
    const result = shape.safeParse(read.object, { error: inSentences });
    const known = type as RecordTypeName;
    if (result.success) return { line, type: known, record: result.data, warnings };
    const { sourceId } = read.object;
    return {
      line,
      type: known,
      sourceId: typeof sourceId === 'string' ? sourceId.slice(0, 255) : null,
      problems: problemsOf(result.error),
    };
  };
}
