/** Commands that Consul does not have: what flows between datacenters. */
import type { CommandEntry } from './registry.ts';

export const FEDERATION_COMMANDS: readonly CommandEntry[] = [
  { path: 'dc', synopsis: 'Interact with the datacenters of a deployed Worker' },
  {
    path: 'dc create',
    synopsis: 'Makes a datacenter',
    load: () => import('./commands/dc-create.ts'),
  },
  {
    path: 'dc delete',
    synopsis: 'Removes a datacenter and everything in it',
    load: () => import('./commands/dc-delete.ts'),
  },
  {
    path: 'dc list',
    synopsis: 'Lists the datacenters',
    load: () => import('./commands/dc-list.ts'),
  },
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
