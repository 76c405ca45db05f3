/** Commands that Consul does not have: the brake on mass failures. */
import type { CommandEntry } from './registry.ts';

export const LIVENESS_COMMANDS: readonly CommandEntry[] = [
  { path: 'operator liveness', synopsis: 'Shows and ends the brake on mass failures' },
  {
    path: 'operator liveness status',
    synopsis: 'Shows whose life is in doubt, and what the brake holds',
    load: () => import('./commands/operator-liveness-status.ts'),
  },
  {
    path: 'operator liveness release',
    synopsis: 'Marks as failed what the brake on mass failures holds',
    load: () => import('./commands/operator-liveness-release.ts'),
  },
];
