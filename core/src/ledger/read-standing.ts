import { type Interval, union, without } from '../domain/interval.ts';
import type { PageLine } from '../store/pages.ts';

/** How an event stands among its neighbours; worked out when it is read. */
export interface Standing {
  /** What is left of a block around the reservations that go before it. Only of overridden blocks; may be empty. */
  readonly parts?: readonly Interval[];
  /** The reservation that ends on the day this one begins. */
  readonly arrivesAfter?: string;
  /** The reservation that begins on the day this one ends. */
  readonly leavesBefore?: string;
}

/** How a line stands among the lines of its resource, which may include itself. Pure. */
export function standingOf(line: PageLine, lines: readonly PageLine[]): Standing {
  const others = lines.filter(({ id, kind, mergedInto }) => {
    return id !== line.id && kind === 'reservation' && mergedInto === undefined;
  });
  if (line.kind !== 'reservation')
    return line.overriddenBy === undefined
      ? {}
      : { parts: without([{ start: line.start, end: line.end }], union(others)) };
  if (line.start.length !== 10) return {};
  const before = others.find(({ end }) => end === line.start);
  const after = others.find(({ start }) => start === line.end);
  return { ...(before && { arrivesAfter: before.id }), ...(after && { leavesBefore: after.id }) };
}
