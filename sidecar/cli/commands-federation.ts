/** Commands that Consul does not have: what flows between datacenters. */
import type { CommandEntry } from './registry.ts';

export const FEDERATION_COMMANDS: readonly CommandEntry[] = [
  { path: 'replication', synopsis: 'Interact with what is followed of other datacenters' },
  {
    path: 'replication force',
    synopsis: 'Says that a source is right that looks empty',
    load: () => import('./commands/replication-force.ts'),
  },
  {
    path: 'replication forget',
    synopsis: 'Forgets how far a replication has come',
    load: () => import('./commands/replication-forget.ts'),
  },
  {
    path: 'replication list',
    synopsis: 'Lists what is followed of other datacenters',
    load: () => import('./commands/replication-list.ts'),
  },
];
