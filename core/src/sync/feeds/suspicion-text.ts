import type { FeedSuspicion } from '../../domain/feed.ts';

/** Why a feed is suspect and what comes of it, for a person. */
export function suspicionText({ reason, platform = 'generic' }: FeedSuspicion): string {
  switch (reason) {
    case 'emptied':
      return `The feed shows no entries any more. ${WAITS}`;
    case 'halved':
      return `The feed shows less than half of what it showed before. ${WAITS}`;
    case 'other-platform':
      return (
        `The calendar at this address now seems to be one of ${platform}, with other entries. No event is changed ` +
        'until staff accept it, or it has stood there for 24 hours.'
      );
  }
}

const WAITS =
  'What is no longer shown stays taken until it returns, until the feed has not shown it for 24 hours, or until staff ' +
  'accept that it is gone.';
