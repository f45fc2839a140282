import { GUEST } from '../inputs/ics-lines.ts';

/** Signs the webhooks of every tenant. */
export const SIGNING_KEY = `whsec_${Buffer.from('never-in-a-log-signing-key-32-b!').toString('base64')}`;
/** Makes the tokens of calendars' channels. */
export const CHANNEL_KEY = 'never-in-a-log-channel-key';
/** Part of every key of the API, of every feed's and subscriber's address and of what opens them. */
export const SECRET = 'never-in-a-log';

export const GUEST_EMAIL = 'ottersworth@example.com';
export const GUEST_PHONE = '+57 300 555 0199';

/** What must stand in no line of the log, in lower case. */
export const UNTOLD: readonly string[] = [
  ...GUEST.toLowerCase().split(' '),
  GUEST_PHONE,
  SECRET,
  SIGNING_KEY.slice('whsec_'.length, 30).toLowerCase(),
];
