/** What this datacenter follows of others: applying it, and how far it has come. */
import { isKind } from '../../protocol/config-entries/kinds.ts';
import { badRequest } from '../../protocol/errors.ts';
import { MAX_REPLICATED_CHANGES, MAX_REPLICATION_NAME_CHARS } from '../../protocol/limits.ts';
import type {
  ReplicatedChange,
  ReplicatedFamily,
  ReplicationApplyArgs,
} from '../../protocol/types/replication.ts';
import type { Authorizer } from '../acl/authorizer.ts';
import { authorizeEntryWrite } from '../config-entries/permissions.ts';
import {
  replicatePolicyTxn,
  replicateRoleTxn,
  replicateTokenTxn,
} from '../state/acl-replicated.ts';
import {
  advanceReplicationTxn,
  findReplication,
  forceReplicationTxn,
  forgetReplicationTxn,
  mirrorPairTxn,
  readReplications,
  reportReplicationTxn,
} from '../state/replications.ts';
import type { WriteTxn } from '../writer.ts';
import { isUUID } from './acl-ids.ts';
import { replicateEntryTxn } from './config-entries.ts';
import type { ReadEndpoints, WriteEndpoints } from './endpoint.ts';

interface Family {
  /** Consul's replication writes with rights of its own; here the token has to have them. */
  authorize(authorizer: Authorizer, change: ReplicatedChange): void;
  apply(tx: WriteTxn, change: ReplicatedChange): void;
}

const FAMILIES: Readonly<Record<ReplicatedFamily, Family>> = {
  config: {
    authorize(authorizer, { Key }) {
      const { kind, name } = splitEntryKey(Key);
      if (!isKind(kind)) throw badRequest(`invalid config entry kind: ${kind}`);
      authorizeEntryWrite(authorizer, kind, name);
    },
    apply(tx, { Key, Value }) {
      const { kind, name } = splitEntryKey(Key);
      replicateEntryTxn(tx, kind, name, Value);
    },
  },
  kv: {
    authorize(authorizer, { Key }) {
      if (Key === '') throw badRequest('a key is missing');
      authorizer.keyWrite(Key);
    },
    apply: (tx, { Key, Value }) => mirrorPairTxn(tx, Key, Value),
  },
  'acl-policy': aclFamily(replicatePolicyTxn),
  'acl-role': aclFamily(replicateRoleTxn),
  'acl-token': aclFamily(replicateTokenTxn),
};

/** Parts of the ACL system go by their IDs. */
function aclFamily(apply: (tx: WriteTxn, id: string, value: unknown) => void): Family {
  return {
    authorize(authorizer, { Key }) {
      if (!isUUID(Key)) throw badRequest('an ID is missing');
      authorizer.aclWrite();
    },
    apply: (tx, { Key, Value }) => apply(tx, Key, Value),
  };
}

export const replicationReads: ReadEndpoints<'replication.list'> = {
  'replication.list': {
    kind: 'read',
    topics: () => [],
    read({ sql, info }, _args, authorizer) {
      authorizer.operatorRead();
      return { index: info().Index, body: JSON.stringify(readReplications(sql)) };
    },
  },
};

type Writes =
  | 'replication.apply'
  | 'replication.report'
  | 'replication.force'
  | 'replication.forget';

export const replicationWrites: WriteEndpoints<Writes> = {
  'replication.apply': {
    kind: 'write',
    prepare(_context, args, authorizer) {
      checkApply(args);
      for (const change of args.changes) FAMILIES[args.family].authorize(authorizer, change);
      return args;
    },
    apply: (tx, args) => String(applyTxn(tx, args)),
  },
  'replication.report': {
    kind: 'write',
    prepare(_context, args, authorizer) {
      authorizer.operatorWrite();
      requireName(args.name);
      requireFamily(args.family);
      return args;
    },
    apply(tx, args) {
      reportReplicationTxn(tx, args);
      return 'true';
    },
  },
  'replication.force': {
    kind: 'write',
    prepare(_context, args, authorizer) {
      authorizer.operatorWrite();
      requireName(args.name);
      return args;
    },
    apply: (tx, { name }) => String(forceReplicationTxn(tx, name)),
  },
  'replication.forget': {
    kind: 'write',
    prepare(_context, args, authorizer) {
      authorizer.operatorWrite();
      requireName(args.name);
      return args;
    },
    apply: (tx, { name }) => String(forgetReplicationTxn(tx, name)),
  },
};

/** @returns false, and changes nothing, when the follower stands elsewhere than the sender thinks */
function applyTxn(tx: WriteTxn, args: ReplicationApplyArgs): boolean {
  const { name, family, after, changes } = args;
  if ((findReplication(tx.sql, name)?.Position ?? '') !== after) return false;
  for (const change of changes) FAMILIES[family].apply(tx, change);
  advanceReplicationTxn(tx, args);
  return true;
}

function checkApply(args: ReplicationApplyArgs): void {
  const { name, family, source, after, position, changes } = args;
  requireName(name);
  requireFamily(family);
  const texts = [after, position, source?.Datacenter, source?.UUID, source?.Incarnation];
  if (texts.some((text) => typeof text !== 'string')) throw badRequest('a place is missing');
  if (!Array.isArray(changes) || changes.length > MAX_REPLICATED_CHANGES)
    throw badRequest(`at most ${MAX_REPLICATED_CHANGES} changes are applied at once`);
  if (changes.some((change) => typeof change?.Key !== 'string' || change.Value === undefined))
    throw badRequest('a change has a key and a value');
}

function requireName(name: unknown): void {
  const isName = typeof name === 'string' && name !== '';
  if (!isName || name.length > MAX_REPLICATION_NAME_CHARS) throw badRequest('a name is missing');
}

function requireFamily(family: unknown): void {
  if (typeof family !== 'string' || !Object.hasOwn(FAMILIES, family))
    throw badRequest(`nothing is replicated that is called ${JSON.stringify(family)}`);
}

function splitEntryKey(key: string): { kind: string; name: string } {
  const slash = key.indexOf('/');
  return { kind: key.slice(0, Math.max(slash, 0)), name: key.slice(slash + 1) };
}
