import { describe, expect, it } from 'vitest';
import { InvalidInput } from '../../domain/errors.ts';
import { parseUScheduleWebhook } from './uschedule-webhook.ts';

describe('parseUScheduleWebhook', () => {
  it('names the booking that may have changed', () => {
    const body = {
      type: 'appointment.updated',
      timestamp: '2027-05-01T10:00:00.000Z',
      data: { id: 'apt_1', version: 2 },
    };
    expect(parseUScheduleWebhook(body)).toEqual({ type: 'appointment.updated', bookingId: 'apt_1', version: 2 });
  });

  it('does without a version, because the booking is asked for anyway', () => {
    expect(parseUScheduleWebhook({ type: 'appointment.created', data: { id: 'apt_1' } })).toEqual({
      type: 'appointment.created',
      bookingId: 'apt_1',
    });
  });

  it.each([
    ['another kind of body', 'appointment.created', ['']],
    ['an unknown type', { type: 'invoice.paid', data: { id: 'apt_1' } }, ['type']],
    ['no data', { type: 'appointment.created' }, ['data']],
    ['an empty id', { type: 'appointment.created', data: { id: '' } }, ['data.id']],
    ['an id of a thousand letters', { type: 'appointment.created', data: { id: 'a'.repeat(1000) } }, ['data.id']],
    ['an id with half a character', { type: 'appointment.created', data: { id: 'a\ud83d' } }, ['data.id']],
    ['a version that is no number', { type: 'appointment.created', data: { id: 'a', version: '2' } }, ['data.version']],
  ])('refuses %s and says where', (_case, body, paths) => {
    const error = (() => {
      try {
        return parseUScheduleWebhook(body);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(InvalidInput);
    expect((error as InvalidInput).paths).toEqual(paths);
  });
});
