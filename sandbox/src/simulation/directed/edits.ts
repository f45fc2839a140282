import { LOFT_BAYS } from '../../studio/loft-bays.ts';
import { BOOKED } from '../course-of-events.ts';
import type { Edit } from '../history.ts';

export const DRAG: Edit = { do: 'calendar-bay', which: 0 };
export const [MOVE, MOVE_ON, MOVE_FURTHER] = [2, 4, 6].map(
  (hour): Edit => ({ do: 'calendar-move', which: 0, slot: { day: 1, hour, hours: 1 } }),
) as [Edit, Edit, Edit];
/** In the booking system, to when it was booked. */
export const MOVE_BACK: Edit = { do: 'system-move', which: 0, slot: BOOKED.slot };
export const RETITLE: Edit = { do: 'calendar-title', which: 0, title: 'Fitting' };
export const DELETE: Edit = { do: 'calendar-delete', which: 0 };
export const OTHER_BAY: Edit = { do: 'system-bay', which: 0 };
export const [PAUSE_1, PAUSE_2] = LOFT_BAYS.map((bay): Edit => ({ do: 'pause-binding', bay })) as [Edit, Edit];
export const RESUME_2: Edit = { do: 'resume-binding', bay: 2 };
export const BOOKED_TOO = { ...BOOKED, bay: 1 } as const;
