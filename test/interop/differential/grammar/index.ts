/** The areas of the API, by the names that a report gives them. */
import type { Grammar } from '../step.ts';
import { agent } from './agent.ts';
import { catalog, health } from './catalog.ts';
import { configEntries } from './config-entries.ts';
import { frame } from './frame.ts';
import { kv } from './kv.ts';
import { chains } from './chains.ts';
import { intentions } from './intentions.ts';
import { mesh } from './mesh.ts';
import { misc } from './misc.ts';
import { query } from './query.ts';
import { session } from './session.ts';
import { txn } from './txn.ts';

export const GRAMMARS: Readonly<Record<string, Grammar>> = {
  kv,
  session,
  txn,
  catalog,
  health,
  query,
  agent,
  misc,
  frame,
  config: configEntries,
  intentions,
  chains,
  mesh,
};
