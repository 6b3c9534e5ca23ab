import { createReadStream } from 'node:fs';

/** A line of a file: its number from 1 on, and where in the file the next one begins. */
export interface Line {
  readonly number: number;
  readonly end: number;
  /** Without the line feed; null for a line that is too long, which is never held in memory. */
  readonly bytes: Buffer | null;
}

/** The longest line that is read, in bytes. */
export const MAX_LINE_BYTES = 1024 * 1024;

const LINE_FEED = 0x0a;

/**
 * The lines of a file up to `size`, from a place in it on. No more of it is in memory than one line and what is read
 * ahead.
 */
export async function* readLines(
  path: string,
  from: { readonly byteOffset: number; readonly lines: number; readonly size: number },
): AsyncGenerator<Line, void> {
  if (from.byteOffset >= from.size) return;
  let number = from.lines;
  let end = from.byteOffset;
  let pieces: Buffer[] = [];
  let length = 0;
  const add = (piece: Buffer) => {
    end += piece.length;
    length += piece.length;
    if (length <= MAX_LINE_BYTES) pieces.push(piece);
    else pieces = [];
  };
  const take = (feed: 0 | 1): Line => {
    const bytes = length > MAX_LINE_BYTES ? null : Buffer.concat(pieces);
    number += 1;
    end += feed;
    pieces = [];
    length = 0;
    return { number, end, bytes };
  };
  const stream = createReadStream(path, { start: from.byteOffset, end: from.size - 1 });
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let start = 0;
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, start)) {
      add(chunk.subarray(start, at));
      yield take(1);
      start = at + 1;
    }
    if (start < chunk.length) add(chunk.subarray(start));
  }
  if (length > 0) yield take(0);
}
