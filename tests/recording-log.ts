import { createStructuredLog } from '@dovetail/core/adapters/log/structured-log.ts';
import type { Log } from '@dovetail/core/ports/log.ts';

/** A line as it would be written: `severity`, `action`, and the ids without `Id` (`tenant`, `booking`, `event`, …). */
export interface LogLine {
  readonly severity: 'INFO' | 'WARNING' | 'ERROR' | 'ALERT';
  readonly action: string;
  readonly [field: string]: unknown;
}

/** The production log, writing into memory. */
export interface RecordingLog extends Log {
  /** Every line since the start or the last `clear`, the oldest first. */
  readonly lines: readonly LogLine[];
  /** The lines of one action. */
  of(action: string): LogLine[];
  /** Everything written, as text: to look for what must not be in it. */
  text(): string;
  clear(): void;
}

export function createRecordingLog(): RecordingLog {
  const lines: LogLine[] = [];
  const written: string[] = [];
  const log = createStructuredLog({
    service: 'test',
    write: (line) => {
      written.push(line);
      lines.push(JSON.parse(line) as LogLine);
    },
  });
  return {
    ...log,
    lines,
    of: (action) => lines.filter((line) => line.action === action),
    text: () => written.join(''),
    clear() {
      lines.length = 0;
      written.length = 0;
    },
  };
}
