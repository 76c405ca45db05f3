/** Commands that Consul does not have: history, audit, streams, schemas. */
import type { CommandEntry } from './registry.ts';

export const HISTORY_COMMANDS: readonly CommandEntry[] = [
  {
    path: 'audit',
    synopsis: 'Shows who changed what in the datacenter',
    load: () => import('./commands/audit.ts'),
  },
  {
    path: 'kv diff',
    synopsis: 'Compares a key or a tree with what it was',
    load: () => import('./commands/kv-diff.ts'),
  },
  {
    path: 'kv history',
    synopsis: 'Lists every value that a key had',
    load: () => import('./commands/kv-history.ts'),
  },
  {
    path: 'kv rollback',
    synopsis: 'Puts a key or a tree back to what it was',
    load: () => import('./commands/kv-rollback.ts'),
  },
  { path: 'kv schema', synopsis: 'Interact with the JSON schemas of prefixes' },
  {
    path: 'kv schema delete',
    synopsis: 'Removes the schema of a prefix',
    load: () => import('./commands/kv-schema-delete.ts'),
  },
  {
    path: 'kv schema get',
    synopsis: 'Shows the schema of a prefix',
    load: () => import('./commands/kv-schema-get.ts'),
  },
  {
    path: 'kv schema list',
    synopsis: 'Lists the prefixes that have a schema',
    load: () => import('./commands/kv-schema-list.ts'),
  },
  {
    path: 'kv schema set',
    synopsis: 'Sets what the values below a prefix have to be',
    load: () => import('./commands/kv-schema-set.ts'),
  },
  {
    path: 'stream',
    synopsis: 'Prints changes as they happen',
    load: () => import('./commands/stream.ts'),
  },
];
