import { asInterval, type LedgerCopy, type Line, standsForItself } from './ledger-copy.ts';
import { nightsOf, nightsOfAll } from './nights.ts';

const ROOMS_OF_HOUSE = ['kaya', 'sol'] as const;

/**
 * What is wrong with what the house and its rooms inherit from each other, night by night: each event of the house takes
 * both rooms; an event of a room takes the house where each does, and where both together do, the nights that both are
 * taken. Nothing else is inherited.
 */
export function inheritanceFaults(holding: readonly Line[], ledger: LedgerCopy, today: string): string[] {
  const own = holding.filter(standsForItself);
  const derived = holding.filter(({ source }) => source.type === 'inheritance');
  const wanted = new Map<string, Map<string, Line>>([['house', new Map()], ...ROOMS_OF_HOUSE.map(emptyOf)]);
  const faults: string[] = [];
  const want = (cause: Line, on: string) => {
    for (const night of nightsOf(cause, today)) wanted.get(on)?.set(night, cause);
    const by = derived.filter(
      ({ causeEventIds, resourceId }) => resourceId === on && causeEventIds?.includes(cause.id),
    );
    const taken = nightsOfAll(by);
    const lacking = nightsOf(cause, today).filter((night) => !taken.has(night));
    if (lacking.length > 0) faults.push(`${cause.id} holds ${asInterval(cause)}, and ${on} is open on ${lacking[0]}`);
  };
  for (const cause of own) {
    if (cause.resourceId === 'house') for (const room of ROOMS_OF_HOUSE) want(cause, room);
    else if (ledger.ruleOf(cause.resourceId as 'kaya' | 'sol') === 'each') want(cause, 'house');
  }
  faults.push(...countFaults(own, derived, ledger, today, wanted.get('house') as Map<string, Line>));
  for (const line of derived) {
    const surplus = nightsOf(line, today).filter((night) => !wanted.get(line.resourceId)?.has(night));
    if (surplus.length > 0) faults.push(`${line.resourceId} is taken on ${surplus[0]} by a relative that is not`);
  }
  return faults;
}

/** Adds to `wanted` what both rooms take together. */
function countFaults(
  own: readonly Line[],
  derived: readonly Line[],
  ledger: LedgerCopy,
  today: string,
  wanted: Map<string, Line>,
): string[] {
  if (!ROOMS_OF_HOUSE.every((room) => ledger.ruleOf(room) === 'all')) {
    // One room alone that counts is all there are.
    const [alone, second] = ROOMS_OF_HOUSE.filter((room) => ledger.ruleOf(room) === 'all');
    if (alone === undefined || second !== undefined) return [];
    return nightFaults(
      nightsOfAll(
        own.filter(({ resourceId }) => resourceId === alone),
        today,
      ),
      own,
      derived,
      wanted,
    );
  }
  const [kaya, sol] = ROOMS_OF_HOUSE.map((room) =>
    nightsOfAll(
      own.filter(({ resourceId }) => resourceId === room),
      today,
    ),
  ) as [Set<string>, Set<string>];
  return nightFaults(new Set([...kaya].filter((night) => sol.has(night))), own, derived, wanted);
}

function nightFaults(
  nights: ReadonlySet<string>,
  own: readonly Line[],
  derived: readonly Line[],
  wanted: Map<string, Line>,
): string[] {
  const taken = nightsOfAll(derived.filter(({ resourceId }) => resourceId === 'house'));
  return [...nights].flatMap((night) => {
    wanted.set(night, own[0] as Line);
    return taken.has(night) ? [] : [`both rooms are taken on ${night}, and the house is open`];
  });
}

function emptyOf(room: string): [string, Map<string, Line>] {
  return [room, new Map()];
}
