import { Presets, SingleBar } from 'cli-progress';
import type { ImportState } from '../commands/import/run-import.ts';
import type { Io } from './io.ts';

/** A terminal that a bar can be drawn on. */
export type Terminal = NodeJS.WriteStream;

export interface ShownProgress {
  show(state: ImportState): void;
  /** Leaves the terminal in order; also when nothing was shown. */
  end(): void;
}

/** Shows how far an import is: by a bar on a terminal, by a line for each tenth elsewhere. */
export function showProgress(io: Io, terminal: Terminal | null): ShownProgress {
  return terminal === null ? byLines(io) : byBar(terminal);
}

function byBar(stream: Terminal): ShownProgress {
  const bar = new SingleBar(
    {
      format: '{bar} {percentage} % | {lines} lines, {refused} refused | {eta_formatted} left',
      stream,
      hideCursor: true,
      stopOnComplete: false,
    },
    Presets.shades_classic,
  );
  let isStarted = false;
  return {
    show({ size, byteOffset, lines, refused }) {
      if (!isStarted) bar.start(size, byteOffset, { lines, refused });
      isStarted = true;
      bar.update(byteOffset, { lines, refused });
    },
    end() {
      if (isStarted) bar.stop();
      isStarted = false;
    },
  };
}

function byLines(io: Io): ShownProgress {
  let shown = 0;
  return {
    show({ size, byteOffset, lines, refused }) {
      const tenths = Math.floor((byteOffset / size) * 10);
      if (tenths <= shown) return;
      shown = tenths;
      io.err(`${tenths * 10} %: ${lines} lines, ${refused} refused\n`);
    },
    end() {},
  };
}
