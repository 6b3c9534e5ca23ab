import { EventEmitter } from 'node:events';
import pg from 'pg';
import type { Cell } from './source.ts';

/** One byte says what a message is; four say how long the rest of it is, themselves included. */
const HEADER = 5;
const DATA_ROW = 'D'.charCodeAt(0);

/** The part of a connection of `pg` that reads what its socket receives. */
interface Listening {
  attachListeners(stream: EventEmitter): void;
}

/**
 * A client that makes one string of each row, of which the cells are slices. `pg` makes one of each cell, which takes
 * three times as long. Everything else is read by `pg`.
 *
 * @see https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export class RowClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    const { connection } = this as unknown as { connection: pg.Connection & Listening };
    const attach = connection.attachListeners;
    connection.attachListeners = (stream) => {
      // Stands in for the socket.
      const others = new EventEmitter();
      const messages = new Messages(
        (fields) => connection.emit('dataRow', { fields }),
        (bytes) => others.emit('data', bytes),
      );
      stream.on('data', (bytes: Buffer) => messages.read(bytes));
      attach.call(connection, others);
    };
  }
}

/** Takes what a server sends apart: rows are read, other messages are passed on as they came, each in its turn. */
export class Messages {
  readonly #row: (cells: Cell[]) => void;
  readonly #other: (bytes: Buffer) => void;
  /** The beginning of a message whose end has not come. */
  #begun: Buffer[] = [];
  /** At least so many bytes are to come until there is more to read. */
  #missing = 0;

  constructor(row: (cells: Cell[]) => void, other: (bytes: Buffer) => void) {
    this.#row = row;
    this.#other = other;
  }

  read(chunk: Buffer): void {
    this.#begun.push(chunk);
    this.#missing -= chunk.length;
    if (this.#missing > 0) return;
    const bytes = this.#begun.length === 1 ? chunk : Buffer.concat(this.#begun);
    const rest = this.#readWhole(bytes);
    this.#begun = rest.length > 0 ? [rest] : [];
    const needed = rest.length < HEADER ? HEADER : lengthAt(rest, 0);
    this.#missing = needed - rest.length;
  }

  /** Reads all messages that are there as a whole, and gives what is left. */
  #readWhole(bytes: Buffer): Buffer {
    let at = 0;
    let passed = 0;
    while (at + HEADER <= bytes.length) {
      const end = at + lengthAt(bytes, at);
      if (end > bytes.length) break;
      if (bytes[at] === DATA_ROW) {
        if (passed < at) this.#other(bytes.subarray(passed, at));
        this.#row(cellsIn(bytes, at + HEADER, end));
        passed = end;
      }
      at = end;
    }
    if (passed < at) this.#other(bytes.subarray(passed, at));
    return bytes.subarray(at);
  }
}

/** How long a message is, from its first byte. */
const lengthAt = (bytes: Buffer, at: number) => 1 + bytes.readUInt32BE(at + 1);

/** The cells of a row: their number in two bytes, then each with its length before it, -1 for null. */
function cellsIn(bytes: Buffer, start: number, end: number): Cell[] {
  const text = bytes.toString('utf8', start, end);
  // As long as its bytes, it has one character for each of them: all cells are ASCII. A length that reads as U+FFFD
  // would make it, and what is written of it, take two bytes for each character.
  const isEven = text.length === end - start && !text.includes('\ufffd');
  const cells: Cell[] = new Array(bytes.readInt16BE(start));
  let at = start + 2;
  for (let index = 0; index < cells.length; index += 1) {
    const length = bytes.readInt32BE(at);
    at += 4;
    if (length < 0) {
      cells[index] = null;
      continue;
    }
    const to = at + length;
    cells[index] = isEven ? text.slice(at - start, to - start) : bytes.toString('utf8', at, to);
    at = to;
  }
  return cells;
}
