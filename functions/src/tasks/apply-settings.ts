import { applySettings } from '@dovetail/core/sync/apply-settings.ts';
import { z } from 'zod';
import type { TaskDefinition } from './task.ts';

export const applySettingsTask: TaskDefinition<'apply-settings'> = {
  queue: 'apply-settings',
  payload: z.object({ tenantId: z.string() }),
  run: applySettings,
};
