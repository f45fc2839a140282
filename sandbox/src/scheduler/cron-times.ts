import { CronExpressionParser } from 'cron-parser';

/** The instants of a cron schedule, in milliseconds since 1970. */
export interface CronTimes {
  /** The first one after `instant`. */
  after(instant: number): number;
  /** The last one at or before `instant`. */
  upTo(instant: number): number;
}

/**
 * Reads a unix-cron string: minute, hour, day of month, month, day of week, in an IANA time zone.
 * @throws RangeError when it is none.
 */
export function parseCron(cron: string, timeZone: string): CronTimes {
  // The parser would take a sixth field for seconds, which Cloud Scheduler does not know.
  if (cron.trim().split(/\s+/).length !== 5) throw new RangeError(`Not a cron string of five fields: ${cron}`);
  const expression = parse(cron, timeZone);
  return {
    after(instant) {
      expression.reset(new Date(instant));
      return expression.next().getTime();
    },
    upTo(instant) {
      expression.reset(new Date(instant + 1));
      return expression.prev().getTime();
    },
  };
}

function parse(cron: string, timeZone: string): ReturnType<typeof CronExpressionParser.parse> {
  try {
    const expression = CronExpressionParser.parse(cron, { tz: timeZone });
    // The zone is looked at only now.
    expression.next();
    return expression;
  } catch (error) {
    throw new RangeError(`Not a cron string or a time zone: ${cron} (${timeZone})`, { cause: error });
  }
}
