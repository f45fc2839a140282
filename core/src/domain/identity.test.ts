import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deliveryIdOf, digest, eventIdOf, mappingIdOf, remoteEventIdOf, sha256Hex, taskNameOf } from './identity.ts';
import { ID_PATTERN } from './resource.ts';

/** Short texts of few letters, among them what a careless join would use. */
const part = fc.stringMatching(/^[ab",\\[\]~./:-]{0,3}$/);

/** Two lists of `length` texts: equal, or apart in one place, or the same letters cut elsewhere. */
function neighbours(length: number): fc.Arbitrary<readonly [readonly string[], readonly string[]]> {
  const list = fc.array(part, { minLength: length, maxLength: length });
  const place = fc.nat(length - 1);
  return fc.oneof(
    list.map((one) => [one, [...one]] as const),
    fc.tuple(list, place, part).map(([one, at, other]) => [one, one.with(at, other)] as const),
    fc.tuple(list, place).map(([one, at]) => [one, shifted(one, at)] as const),
  );
}

/** The list with the first letter of one text moved to the end of the text before it. */
function shifted(list: readonly string[], at: number): string[] {
  const before = (at + list.length - 1) % list.length;
  const [letter = '', ...rest] = list[at] ?? '';
  return list.with(at, rest.join('')).with(before, `${before === at ? rest.join('') : list[before]}${letter}`);
}

const same = (a: readonly unknown[], b: readonly unknown[]) => a.every((each, index) => each === b[index]);

const SOURCE = { type: 'booking-system', id: 'uschedule', externalUid: '42' } as const;

describe('digest', () => {
  // From Python: base64.b32hexencode(sha256(json.dumps(parts, separators=(',', ':'), ensure_ascii=False).encode()).digest())
  it.each([
    [['a'], '1qqrhlno3f37fmka11b7ph7qj83aavkup3d8brbjkvr2e9spc010'],
    [[], '9t9sr8cc5el0o0qkndfpkfmbsnmh5aqdho8rl1ps5s8hc4g2n52g'],
    [[''], '0lajjnqa1e04om6auhm0pkkk3bogqp6175etr3igmnqlr52o87j0'],
    [['Łódź 🎾'], 'l26utqt8fdpoi7t6tm55nnv45birsvdaqh6cg2os85f6bt0e0c40'],
  ])('of %j is the base32hex of its SHA-256', (given, expected) => {
    expect(digest(...given)).toBe(expected);
  });

  it('has always 52 of the 32 letters', () => {
    fc.assert(
      fc.property(fc.array(part), (given) => {
        expect(digest(...given)).toMatch(/^[0-9a-v]{52}$/);
      }),
      { numRuns: 1_000 },
    );
  });

  it('tells apart all lists of parts, however their texts run together', () => {
    fc.assert(
      fc.property(neighbours(3), ([a, b]) => {
        expect(digest(...a) === digest(...b)).toBe(same(a, b));
      }),
      { numRuns: 1_000 },
    );
  });

  it('tells where one part ends and the next begins', () => {
    const joined = [digest('ab', 'c'), digest('a', 'bc'), digest('abc'), digest('abc', ''), digest('a","bc')];
    expect(new Set(joined).size).toBe(joined.length);
  });
});

describe('names that are already out in the world stay what they are', () => {
  it('of events', () => {
    expect(eventIdOf(SOURCE)).toBe('m5lo0fi6p1j5f59n6vg5i2kihu');
    const entry = { type: 'feed', id: 'airbnb', externalUid: 'u1' } as const;
    expect(eventIdOf(entry, '20270501', '2027-05-01')).toBe('30c8oub6m7oi0ibbbfjueffn3a');
  });

  it('of calendar events', () => {
    expect(remoteEventIdOf('loft', 'e1', 'cal-1', 0)).toBe('pncf3k5tq1gqq4co32egnshpuv9ukb60sopq463s');
    expect(remoteEventIdOf('loft', 'e1', 'cal-1', 1)).toBe('sub48nj674dasn1q4j2trhvtq5o23rc25e507bib');
  });

  it('of mappings', () => {
    expect(mappingIdOf('e1', 'cal-1')).toBe('e1~cal-1');
  });

  it('of deliveries, API keys and tokens', () => {
    expect(deliveryIdOf('loft', 'uschedule', 'msg_1')).toBe(
      'f1bbdd3bbf26efff12dd778d34c97f41d44af82891bf1f857f5bdbacd9c28786',
    );
    expect(sha256Hex('loft-admin-key')).toBe('c6f3bed2500ed87ec44f043aeb370f6378a8df2c37c3ee4e3634801220364a3a');
  });
});

describe('an event id', () => {
  it('differs with each thing it is made of, and with nothing else', () => {
    const idOf = ([id, externalUid, recurrenceId, start]: readonly string[]) =>
      eventIdOf({ type: 'feed', id: id as string, externalUid: externalUid as string }, recurrenceId, start);
    fc.assert(
      fc.property(neighbours(4), ([a, b]) => {
        expect(idOf(a) === idOf(b)).toBe(same(a, b));
      }),
      { numRuns: 1_000 },
    );
    expect(eventIdOf({ ...SOURCE, type: 'feed' })).not.toBe(eventIdOf(SOURCE));
  });

  it('fits wherever an id of ours fits', () => {
    fc.assert(
      fc.property(part, (externalUid) => {
        expect(eventIdOf({ ...SOURCE, externalUid })).toMatch(ID_PATTERN);
      }),
    );
  });
});

describe('a mapping id', () => {
  it('leads to one event and one binding', () => {
    const bindingId = fc.stringMatching(ID_PATTERN);
    fc.assert(
      fc.property(part, bindingId, part, bindingId, (uidA, bindingA, uidB, bindingB) => {
        const [a, b] = [uidA, uidB].map((externalUid) => eventIdOf({ ...SOURCE, externalUid })) as [string, string];
        expect(mappingIdOf(a, bindingA) === mappingIdOf(b, bindingB)).toBe(a === b && bindingA === bindingB);
      }),
    );
  });
});

describe('the id of a calendar event', () => {
  it('is one that Google takes', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.nat(), (tenant, event, binding, generation) => {
        expect(remoteEventIdOf(tenant, event, binding, generation)).toMatch(/^[a-v0-9]{5,1024}$/);
      }),
    );
  });

  it('is another for every tenant, event, binding and generation', () => {
    const ids = ['loft', 'casa'].flatMap((tenant) =>
      ['e', 'e1'].flatMap((event) =>
        ['b', '1b', '11b'].flatMap((binding) =>
          [0, 1, 2, 10, 11].map((generation) => remoteEventIdOf(tenant, event, binding, generation)),
        ),
      ),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('a task name', () => {
  it('is one that Cloud Tasks takes, and differs with its label and parts', () => {
    fc.assert(
      fc.property(neighbours(3), ([a, b]) => {
        // Cloud Tasks reference, projects.locations.queues.tasks: TASK_ID.
        expect(taskNameOf('close-pull', ...a)).toMatch(/^[A-Za-z0-9_-]{1,500}$/);
        expect(taskNameOf('close-pull', ...a) === taskNameOf('close-pull', ...b)).toBe(same(a, b));
        expect(taskNameOf('close-pull', ...a)).not.toBe(taskNameOf('pull', ...a));
      }),
      { numRuns: 1_000 },
    );
  });

  it('begins with its hash, so that names made in a row do not lie side by side, and ends readable', () => {
    expect(taskNameOf('pull', 'loft', 'cal-1', 7)).toBe('9u53qraaj9cir4oeo923e7cr-pull');
  });
});

describe('a delivery id', () => {
  it('belongs to one delivery of one system of one tenant', () => {
    const idOf = (of: readonly string[]) => deliveryIdOf(...(of as [string, string, string]));
    fc.assert(
      fc.property(neighbours(3), ([a, b]) => {
        expect(idOf(a) === idOf(b)).toBe(same(a, b));
      }),
      { numRuns: 1_000 },
    );
  });
});
