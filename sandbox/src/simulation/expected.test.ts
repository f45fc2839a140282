import { describe, expect, it } from 'vitest';
import { ExpectedBooking, type Told } from './expected.ts';

const NOON = '2027-06-14T12:00:00Z/2027-06-14T13:00:00Z';
const TWO = '2027-06-14T14:00:00Z/2027-06-14T15:00:00Z';
const FIVE = '2027-06-14T17:00:00Z/2027-06-14T18:00:00Z';
const AGREED: Told = { time: NOON, bay: 1, title: 'Lesson' };

function agreedUpon(): ExpectedBooking {
  const booking = new ExpectedBooking('b', AGREED);
  booking.settle(AGREED);
  return booking;
}

/** Times at which the booking may be in the end, and whether staff are told. */
function timesOf(booking: ExpectedBooking, isProposed: boolean): string[] {
  return [NOON, TWO, FIVE].filter((time) => booking.faultsOf({ ...AGREED, time }, [booking], isProposed).length === 0);
}

describe('a booking that the booking system moves and moves back, and staff move on its calendar', () => {
  const booking = agreedUpon();
  booking.says('system', { time: FIVE }, AGREED);
  booking.says('system', { time: NOON }, { ...AGREED, time: FIVE });
  booking.says('calendar', { time: TWO }, AGREED);

  it('is where staff moved it, without a word', () => {
    expect(timesOf(booking, false)).toEqual([TWO]);
  });

  it('may stay where it was when somebody saw it meanwhile, and staff are told', () => {
    expect(timesOf(booking, true)).toEqual([NOON, TWO]);
  });
});

describe('a booking that staff move on its calendar, and the booking system moves and moves back', () => {
  it('may be where staff moved it without a word: nobody saw it anywhere else', () => {
    const booking = agreedUpon();
    booking.says('calendar', { time: TWO }, AGREED);
    booking.says('system', { time: FIVE }, AGREED);
    booking.says('system', { time: NOON }, { ...AGREED, time: FIVE });
    expect(timesOf(booking, false)).toEqual([NOON, TWO]);
  });

  it('may be there also when the booking system had it first moved to where it moved it back', () => {
    const booking = agreedUpon();
    booking.says('system', { time: FIVE }, AGREED);
    booking.says('system', { time: NOON }, { ...AGREED, time: FIVE });
    booking.says('calendar', { time: TWO }, AGREED);
    booking.says('system', { time: FIVE }, AGREED);
    expect(timesOf(booking, false)).toEqual([TWO, FIVE]);
  });

  it('may be there also when something else is said of it once it is', () => {
    const booking = agreedUpon();
    booking.says('calendar', { time: TWO }, AGREED);
    booking.says('system', { time: FIVE }, AGREED);
    booking.says('system', { time: NOON }, { ...AGREED, time: FIVE });
    booking.says('system', { title: 'Lesson' }, { ...AGREED, time: TWO });
    expect(timesOf(booking, false)).toEqual([NOON, TWO]);
  });

  it('is where the booking system moved it back to from where staff had moved it', () => {
    const booking = agreedUpon();
    booking.says('calendar', { time: TWO }, AGREED);
    booking.says('system', { time: NOON }, { ...AGREED, time: TWO });
    expect(timesOf(booking, false)).toEqual([NOON]);
  });
});

describe('a booking that staff move and move back on its calendar, and the booking system moves', () => {
  it('may be where the booking system moved it without a word: its event says what it said', () => {
    const booking = agreedUpon();
    booking.says('system', { time: FIVE }, AGREED);
    booking.says('calendar', { time: TWO }, { ...AGREED, time: FIVE });
    booking.says('calendar', { time: NOON }, { ...AGREED, time: FIVE });
    expect(timesOf(booking, false)).toEqual([NOON, FIVE]);
  });

  it('is where staff moved it back to once the booking system had taken up where they moved it first', () => {
    const booking = agreedUpon();
    booking.says('calendar', { time: TWO }, AGREED);
    booking.says('system', { time: FIVE }, { ...AGREED, time: TWO });
    booking.says('calendar', { time: NOON }, { ...AGREED, time: FIVE });
    expect(timesOf(booking, false)).toEqual([NOON]);
    expect(timesOf(booking, true)).toEqual([NOON, TWO, FIVE]);
  });

  it('may be where the booking system moved it without a word, also when staff moved it there in between', () => {
    const booking = agreedUpon();
    booking.says('system', { time: FIVE }, AGREED);
    booking.says('calendar', { time: FIVE }, { ...AGREED, time: FIVE });
    booking.says('calendar', { time: NOON }, { ...AGREED, time: FIVE });
    expect(timesOf(booking, false)).toEqual([NOON, FIVE]);
  });

  it('may be there also when staff moved it back to where the booking system had had it in between', () => {
    const booking = agreedUpon();
    booking.says('system', { time: TWO }, AGREED);
    booking.says('calendar', { time: NOON }, { ...AGREED, time: TWO });
    booking.says('system', { time: FIVE }, { ...AGREED, time: TWO });
    booking.says('calendar', { time: TWO }, { ...AGREED, time: FIVE });
    expect(timesOf(booking, false)).toEqual([TWO, FIVE]);
  });

  it('may be there also when staff moved it back to where they had moved it long before', () => {
    const booking = agreedUpon();
    booking.says('calendar', { time: TWO }, AGREED);
    booking.says('system', { time: FIVE }, { ...AGREED, time: TWO });
    booking.says('calendar', { time: NOON }, { ...AGREED, time: FIVE });
    booking.says('calendar', { time: TWO }, { ...AGREED, time: FIVE });
    expect(timesOf(booking, false)).toEqual([TWO, FIVE]);
  });

  it('may be where staff moved it last, without a word, when the booking system moved it to where they had it first', () => {
    const booking = agreedUpon();
    booking.says('calendar', { time: TWO }, AGREED);
    booking.says('calendar', { time: FIVE }, AGREED);
    booking.says('system', { time: TWO }, AGREED);
    expect(timesOf(booking, false)).toEqual([TWO, FIVE]);
  });

  it('may be where the booking system moved it back to when staff moved it to where that had had it in between', () => {
    const booking = agreedUpon();
    booking.says('system', { time: TWO }, AGREED);
    booking.says('calendar', { time: FIVE }, { ...AGREED, time: TWO });
    booking.says('system', { time: NOON }, { ...AGREED, time: TWO });
    booking.says('calendar', { time: TWO }, AGREED);
    expect(timesOf(booking, false)).toEqual([NOON, TWO, FIVE]);
  });

  it('is judged anew once all sides agree', () => {
    const booking = agreedUpon();
    booking.says('calendar', { time: TWO }, AGREED);
    booking.says('calendar', { time: FIVE }, { ...AGREED, time: TWO });
    booking.settle(AGREED);
    booking.says('system', { time: FIVE }, AGREED);
    booking.says('calendar', { time: NOON }, AGREED);
    expect(timesOf(booking, false)).toEqual([NOON, FIVE]);
  });
});

describe('a booking that changes bays in the booking system and is edited on the calendar that it leaves', () => {
  const twice = (first: Partial<Told>) => {
    const booking = agreedUpon();
    booking.says('calendar', first, AGREED);
    booking.says('system', { bay: 2 }, AGREED);
    booking.says('calendar', { time: TWO }, { ...AGREED, ...first, bay: 2 });
    return [false, true].map((isProposed) =>
      [NOON, TWO].filter(
        (time) => booking.faultsOf({ ...AGREED, ...first, bay: 2, time }, [booking], isProposed).length === 0,
      ),
    );
  };

  it('may lose what was written of the same before and after, when staff are told', () => {
    expect(twice({ time: FIVE })).toEqual([[TWO], [NOON, TWO]]);
    expect(twice({ title: 'Fitting' })).toEqual([[TWO], [TWO]]);
  });

  it('loses nothing that was written once', () => {
    const booking = agreedUpon();
    booking.says('system', { bay: 2 }, AGREED);
    booking.says('calendar', { time: TWO }, { ...AGREED, bay: 2 });
    expect(booking.faultsOf({ ...AGREED, bay: 2 }, [booking], true)).not.toEqual([]);
  });
});

describe('a booking that staff move on its calendar, and of which the booking system says something else', () => {
  const moved = (...titles: string[]) => {
    const booking = agreedUpon();
    booking.says('calendar', { time: TWO }, AGREED);
    for (const title of titles) booking.says('system', { title }, AGREED);
    const told = { ...AGREED, title: titles.at(-1) ?? '' };
    return booking.faultsOf(told, [booking], true);
  };

  it('once, is where staff moved it', () => {
    expect(moved('Fitting')).not.toEqual([]);
  });

  it('twice, may have been moved back by it for all we know, and staff are told', () => {
    expect(moved('Fitting', 'Practice')).toEqual([]);
  });
});

describe('a booking that is edited on its calendar and deleted there', () => {
  it('may come back as it was, unread, until it is known that its event was written', () => {
    const booking = new ExpectedBooking('b', AGREED);
    booking.says('calendar', { time: TWO }, AGREED);
    booking.cancels('calendar');
    expect(timesOf(booking, false)).toEqual([NOON, TWO]);
  });

  it('does not come back once all sides agreed', () => {
    const booking = agreedUpon();
    booking.says('calendar', { time: TWO }, AGREED);
    booking.cancels('calendar');
    expect(timesOf(booking, false)).toEqual([]);
    expect(booking.faultsOf(null, [booking], false)).toEqual([]);
  });
});
