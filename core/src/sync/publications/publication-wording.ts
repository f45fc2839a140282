import type { EventKind } from '../../domain/event.ts';
import { isSalesPlatform, type PublicationPlatform } from '../../domain/publication.ts';

/** How the readers of a publication want to be told. Facts and their sources are in docs/provider-quirks.md. */
export interface PublicationWording {
  /** What stands for an event whose title is not shown. */
  readonly busy: Readonly<Record<EventKind, string>>;
  readonly free: string;
  /** Times of day mean nothing to it: what is taken is told in the nights it takes. */
  readonly datesOnly: boolean;
  /** It shows events where they are, so it is told the zone. */
  readonly isZoned: boolean;
  readonly forOutlook: boolean;
}

const USUAL = { reservation: 'Reserved', block: 'Blocked', maintenance: 'Blocked' } as const;
const CLOSED = { reservation: 'Not available', block: 'Not available', maintenance: 'Not available' } as const;

/**
 * The wording for a platform. What MotoPress took it repeats word for word, and what does not sound like a closure would
 * be taken for a stay of its own.
 */
export function wordingFor(platform: PublicationPlatform): PublicationWording {
  return {
    busy: platform === 'motopress' ? CLOSED : USUAL,
    free: 'Available',
    datesOnly: isSalesPlatform(platform),
    isZoned: platform === 'google' || platform === 'outlook' || platform === 'apple',
    forOutlook: platform === 'outlook',
  };
}
