import { readFeed } from '@dovetail/core/ical/read-feed.ts';
import { airbnbFeed } from './made-feeds.ts';

/** Run by itself: reads one feed of as many events as the argument says, and prints the most memory it ever had, in MB. */
const bytes = Buffer.from(airbnbFeed(Number(process.argv[2])));
readFeed(bytes, { kind: 'nightly', timeZone: 'America/Bogota' });
process.stdout.write(String(process.resourceUsage().maxRSS / 1024));
