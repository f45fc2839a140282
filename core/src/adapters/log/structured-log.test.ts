import { describe, expect, it } from 'vitest';
import { NotFound, Rejected, TemporarilyUnavailable } from '../../domain/errors.ts';
import type { Log, LogFields } from '../../ports/log.ts';
import { createStructuredLog } from './structured-log.ts';

function record(level?: keyof Log) {
  const lines: string[] = [];
  const log = createStructuredLog({
    service: 'functions',
    write: (line) => lines.push(line),
    ...(level === undefined ? {} : { level }),
  });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? '') as Record<string, unknown> };
}

function errorLine(error: unknown): Record<string, unknown> {
  const { log, last } = record();
  log.error('event.failed', { error });
  return last()['error'] as Record<string, unknown>;
}

describe('a line', () => {
  it('has Cloud Logging’s fields around the action', () => {
    const { log, lines, last } = record();
    log.info('event.inserted');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^\{.*\}\n$/);
    expect(last()).toEqual({
      severity: 'INFO',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      serviceContext: { service: 'functions' },
      message: 'event.inserted',
      action: 'event.inserted',
    });
  });

  it('carries direction and ids, without the ending Id', () => {
    const { log, last } = record();
    log.info('event.moved', {
      direction: 'to-source',
      tenantId: 'loft',
      bookingId: 'apt_1',
      calendarId: 'bay-1@sandbox',
      bindingId: 'b1',
      eventId: 'e1',
      attempt: 2,
      durationMs: 120,
    });
    expect(last()).toMatchObject({
      direction: 'to-source',
      tenant: 'loft',
      booking: 'apt_1',
      calendar: 'bay-1@sandbox',
      binding: 'b1',
      event: 'e1',
      attempt: 2,
      durationMs: 120,
    });
  });

  it.each([
    ['info', 'INFO'],
    ['warn', 'WARNING'],
    ['error', 'ERROR'],
    ['alert', 'ALERT'],
  ] as const)('from %s has the severity %s', (method, severity) => {
    const { log, last } = record();
    log[method]('something.happened');
    expect(last()['severity']).toBe(severity);
  });

  it('leaves out what is undefined, and everything that is no known field', () => {
    const { log, lines, last } = record();
    const fields = { tenantId: undefined, eventId: 'e1', guestName: 'Ada Example', severity: 'ALERT' };
    log.info('event.inserted', fields as LogFields);
    expect(last()).not.toHaveProperty('tenant');
    expect(last()['severity']).toBe('INFO');
    expect(lines[0]).not.toContain('Ada');
  });

  it('leaves out objects in the place of ids', () => {
    const { log, lines } = record();
    log.info('event.inserted', { reason: { guest: 'Ada Example' } } as unknown as LogFields);
    expect(lines[0]).not.toContain('Ada');
  });

  it('is not written below the level', () => {
    const { log, lines } = record('error');
    log.info('a');
    log.warn('b');
    log.error('c');
    log.alert('d');
    expect(lines).toHaveLength(2);
  });
});

describe('an error in a line', () => {
  it('of our own has its kind, message, reason and frames', () => {
    const error = errorLine(new Rejected('USchedule refused the change.', { reason: 'slot_taken' }));
    expect(error).toMatchObject({
      name: 'Rejected',
      kind: 'rejected',
      message: 'USchedule refused the change.',
      reason: 'slot_taken',
    });
    expect(error['stack']).toMatch(/^at .*structured-log\.test\.ts/m);
  });

  it('of others has its name, code and frames, never its message', () => {
    const failure = Object.assign(new TypeError('Ada Example <ada@example.com>\n    at home'), { code: 'ECONNRESET' });
    const { log, lines } = record();
    log.error('event.failed', { error: failure });
    const error = JSON.parse(lines[0] ?? '').error;
    expect(error).toMatchObject({ name: 'TypeError', code: 'ECONNRESET' });
    expect(error.stack).toMatch(/^at .*structured-log\.test\.ts/);
    expect(lines[0]).not.toMatch(/Ada|ada@|at home/);
  });

  it('has its causes, told as carefully', () => {
    const cause = Object.assign(new Error('secret of Ada'), { code: 14 });
    const error = errorLine(new TemporarilyUnavailable('No answer.', { cause }));
    expect(error['cause']).toMatchObject({ name: 'Error', code: 14 });
    expect(JSON.stringify(error)).not.toContain('Ada');
  });

  it('has no endless causes', () => {
    const first = new NotFound('First.');
    const second = new NotFound('Second.', { cause: first });
    first.cause = second;
    expect(JSON.stringify(errorLine(first)).match(/"kind"/g)).toHaveLength(4);
  });

  it('has no code or reason that is a sentence', () => {
    const error = errorLine(Object.assign(new Error('x'), { code: 'Ada’s booking', reason: 'it was Ada' }));
    expect(error).not.toHaveProperty('code');
    expect(error).not.toHaveProperty('reason');
  });

  it('that is none is named by its type', () => {
    expect(errorLine('Ada Example')).toEqual({ name: 'thrown string' });
  });
});
