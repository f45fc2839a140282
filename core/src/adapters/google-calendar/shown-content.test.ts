import { describe, expect, it } from 'vitest';
import { type ContentStatus, stampOf } from '../../domain/content.ts';
import { readShownContent, showContent, stampedStatus } from './shown-content.ts';

const INTERVAL = { start: '2027-05-01T14:00:00Z', end: '2027-05-01T15:00:00Z', resourceId: 'bay-1' };
const stamp = (title: string, status: ContentStatus) => stampOf({ ...INTERVAL, title, status });

describe('how a calendar event shows title and status', () => {
  it.each<[string, ContentStatus]>([
    ['Lesson', 'confirmed'],
    ['Lesson', 'tentative'],
    ['Lesson', 'cancelled'],
    ['', 'confirmed'],
    ['', 'cancelled'],
    ['Cancelled: Lesson', 'confirmed'],
    ['Cancelled: Lesson', 'cancelled'],
  ])('comes back as it went: "%s", %s', (title, status) => {
    const shown = showContent({ title, status });
    expect(readShownContent(shown, stamp(title, status))).toEqual({ title, status });
  });

  it('shows a plain title while the booking stands', () => {
    expect(showContent({ title: 'Lesson', status: 'confirmed' })).toMatchObject({ summary: 'Lesson' });
  });

  it('frees the time of a cancelled booking and says why, without deleting the event', () => {
    expect(showContent({ title: 'Lesson', status: 'cancelled' })).toEqual({
      summary: 'Cancelled: Lesson',
      status: 'confirmed',
      transparency: 'transparent',
    });
  });

  it('survives a calendar that trims the title', () => {
    const shown = { ...showContent({ title: '', status: 'cancelled' }), summary: 'Cancelled:' };
    expect(readShownContent(shown, stamp('', 'cancelled'))).toEqual({ title: '', status: 'cancelled' });
  });

  it('takes "Cancelled: …" for a title when we did not write it so', () => {
    const shown = showContent({ title: 'Lesson', status: 'cancelled' });
    const asTitle = { title: 'Cancelled: Lesson', status: 'confirmed' };
    expect(readShownContent(shown, undefined)).toEqual(asTitle);
    expect(readShownContent(shown, stamp('Lesson', 'confirmed'))).toEqual(asTitle);
  });

  it('is cancelled no more once staff take off the word or make the time busy', () => {
    const kept = showContent({ title: 'Lesson', status: 'cancelled' });
    const back = { title: 'Lesson', status: 'confirmed' };
    const { transparency: _, ...busy } = kept;
    expect(readShownContent({ ...kept, summary: 'Lesson' }, stamp('Lesson', 'cancelled'))).toEqual(back);
    expect(readShownContent(busy, stamp('Lesson', 'cancelled'))).toEqual(back);
  });

  it('knows the status a stamp was made of', () => {
    expect(stampedStatus(stamp('x', 'tentative'))).toBe('tentative');
    expect(stampedStatus('0.unreadable')).toBeUndefined();
    expect(stampedStatus(undefined)).toBeUndefined();
  });
});
