import { describe, expect, it } from 'vitest';
import { type EventKind, type EventStatus, holdsTime } from './event.ts';

const HOLDS: Readonly<Record<EventStatus, Readonly<Record<EventKind, boolean>>>> = {
  active: { reservation: true, block: true, maintenance: true },
  missing: { reservation: true, block: true, maintenance: true },
  overridden: { reservation: true, block: false, maintenance: false },
  released: { reservation: false, block: false, maintenance: false },
  cancelled: { reservation: false, block: false, maintenance: false },
};

describe('whether an event holds its time', () => {
  const rows = Object.entries(HOLDS).flatMap(([status, kinds]) =>
    Object.entries(kinds).map(([kind, holds]) => [status, kind, holds ? 'holds' : 'does not hold'] as const),
  );

  it.each(rows)('%s %s %s its time', (status, kind, verdict) => {
    const event = { status: status as EventStatus, kind: kind as EventKind };
    expect(holdsTime(event)).toBe(verdict === 'holds');
  });
});
