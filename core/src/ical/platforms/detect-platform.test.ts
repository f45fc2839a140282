import { describe, expect, it } from 'vitest';
import { detectPlatform, rulesFor } from './detect-platform.ts';

const texts = (part: Partial<Record<'uid' | 'title' | 'description', string>>) => ({
  uid: '',
  title: '',
  description: '',
  prodId: '',
  ...part,
});
const AIRBNB = '-//Airbnb Inc//Hosting Calendar 1.0//EN';
const STAY = texts({
  uid: '1418fb94e984-0000@airbnb.com',
  title: 'Reserved',
  description: 'Reservation URL: https://www.airbnb.de/hosting/reservations/details/HMTEST0001',
});

describe('where a feed comes from', () => {
  it.each([
    ['airbnb', AIRBNB],
    ['booking.com', '-//admin.booking.com\\\\\\, b.v.//NONSGML v1.0//EN'],
    ['vrbo', '-//HomeAway.com, Inc.//EN'],
    ['vrbo', '-//Abritel//EN'],
    ['motopress', '-//casa.example//Hotel Booking 3.7.1'],
    ['generic', '-//ycs.agoda.com//EN'],
    ['generic', '-//Google Inc//Google Calendar 70.9054//EN'],
  ])('is %s by its maker %s alone', (platform, prodId) => {
    expect(detectPlatform([prodId], []).platform).toBe(platform);
  });

  it('is the surer the more signs there are, and says which', () => {
    const byMaker = detectPlatform([AIRBNB], []);
    const byAll = detectPlatform([AIRBNB], [STAY]);
    expect(byMaker).toEqual({ platform: 'airbnb', confidence: 0.9, evidence: ['PRODID names Airbnb'] });
    expect(byAll.confidence).toBeGreaterThan(0.95);
    expect(byAll.evidence).toEqual(['PRODID names Airbnb', "UIDs are Airbnb's", 'descriptions link to Airbnb']);
  });

  it('is seen by its events when another program passes them on, if most are of one platform', () => {
    const other = texts({ uid: 'x@example.com', title: 'Reserved' });
    expect(detectPlatform(['-//Other//EN'], [STAY, STAY, STAY, other])).toMatchObject({ platform: 'airbnb' });
    expect(detectPlatform(['-//Other//EN'], [STAY, other, other, other])).toMatchObject({ platform: 'generic' });
  });

  it('is not believed for its wording alone', () => {
    const guess = detectPlatform([], [texts({ title: 'CLOSED - Not available' })]);
    expect(guess).toMatchObject({ platform: 'generic', confidence: 0.7 });
    expect(guess.evidence).toContain('events are worded as Booking.com words them');
  });
});

describe('the rules to read a feed by', () => {
  const guess = detectPlatform([AIRBNB], []);

  it('are those of the platform that staff named', () => {
    expect(rulesFor('vrbo', guess).platform).toBe('vrbo');
  });

  it('are those of the detected platform when staff named none in particular', () => {
    expect(rulesFor(undefined, guess).platform).toBe('airbnb');
    expect(rulesFor('generic', guess).platform).toBe('airbnb');
    expect(rulesFor(undefined, detectPlatform([], [])).platform).toBe('generic');
  });
});
