/** Changing the authority, and with it perhaps its root (Consul: agent/consul/leader_connect_ca.go, UpdateConfiguration). */
import { canonicalJSON } from '../../protocol/canonical-json.ts';
import { RPCError, badRequest, invalid } from '../../protocol/errors.ts';
import { MAX_CA_CONFIG_CHARS } from '../../protocol/limits.ts';
import type { CAConfigureArgs } from '../../protocol/mesh-methods.ts';
import { isPrimary } from '../acl-settings.ts';
import {
  bridgeBetween,
  makeSigner,
  needsNewRoot,
  requireRoomForRoot,
  restoreSigner,
  toNewRoot,
  toSetup,
} from '../ca/authority.ts';
import { type CASettings, readCASettings, storedSettings, toMs } from '../ca/ca-settings.ts';
import { requireProvider } from '../ca/providers.ts';
import { clusterIDOf } from '../connect-settings.ts';
import {
  activateRootTxn,
  readCAConfig,
  readCARoots,
  setCAConfigTxn,
  toCAConfiguration,
} from '../state/ca.ts';
import type { WriteTxn } from '../writer.ts';
import { requireConnect, uninitialized } from './connect-guard.ts';
import type { EndpointContext, WriteEndpoints } from './endpoint.ts';

/** How long a root that was taken over from stays trusted, in lives of a leaf (Consul: pruneCARoots). */
const KEPT_LEAF_LIVES = 2;

export const caConfigureWrites: WriteEndpoints<'connect.ca-configure'> = {
  'connect.ca-configure': {
    kind: 'write',
    prepare(context, args, authorizer) {
      requireConnect(context);
      authorizer.operatorWrite();
      requireShape(args);
      const { Provider, Config, State } = args;
      // Read-modify-write loops send back what they read.
      if (State !== null && Object.keys(State).length > 0 && !isPresentState(context, State)) {
        const fault =
          'Provider State is read-only. It must be omitted or identical to the current value';
        throw badRequest(fault);
      }
      requireProvider(Provider);
      readCASettings(Config);
      return args;
    },
    apply(tx, args, context) {
      configureTxn(tx, args, context);
      return 'true';
    },
  },
};

function isPresentState({ sql }: EndpointContext, state: Record<string, string>): boolean {
  const row = readCAConfig(sql);
  const present = row === undefined ? null : toCAConfiguration(row).State;
  return canonicalJSON(present) === canonicalJSON(state);
}

/** What a sidecar sends is looked at again. @throws RPCError bad-request */
function requireShape({
  Provider,
  Config,
  State,
  ForceWithoutCrossSigning,
}: CAConfigureArgs): void {
  const isMap = (value: unknown): boolean => typeof value === 'object' && !Array.isArray(value);
  if (
    typeof Provider !== 'string' ||
    typeof ForceWithoutCrossSigning !== 'boolean' ||
    !isMap(Config) ||
    !isMap(State)
  ) {
    throw badRequest('a CA configuration has a Provider, a Config, a State and a flag');
  }
  if (canonicalJSON(Config).length > MAX_CA_CONFIG_CHARS) {
    throw new RPCError(
      'too-large',
      `a CA configuration has at most ${MAX_CA_CONFIG_CHARS} characters`,
    );
  }
}

function configureTxn(tx: WriteTxn, args: CAConfigureArgs, context: EndpointContext): void {
  const { now, acl, datacenter } = context;
  const { Provider, Config, ForceWithoutCrossSigning } = args;
  const config = canonicalJSON(Config);
  const row = readCAConfig(tx.sql);
  if (row === undefined) {
    if (!isPrimary(acl, datacenter)) throw uninitialized();
    beginTxn(tx, Provider, config, context);
    return;
  }
  const isSame =
    row.provider === Provider &&
    row.config === config &&
    (row.without_cross_signing === 1) === ForceWithoutCrossSigning;
  if (isSame) return;
  const settings = readCASettings(Config);
  const current = restoreSigner(row);
  const before = settingsOf(row.config);
  // A secondary has no root of its own: another kind of key is for its next intermediate.
  const makesRoot = isPrimary(acl, datacenter) && needsNewRoot(before, settings);
  const next = makesRoot ? makeSigner(row.cluster_id, settings, now()) : current;
  setCAConfigTxn(tx, toSetup(row.cluster_id, Provider, config, ForceWithoutCrossSigning, next));
  if (next.certificate.fingerprint === current.certificate.fingerprint) return;
  const bridge = ForceWithoutCrossSigning ? undefined : bridgeBetween(current, next, now());
  const root = toNewRoot(next, row.cluster_id, bridge);
  requireRoomForRoot(readCARoots(tx.sql), root.id);
  activateRootTxn(tx, root, tx.now + keptMs(settings));
}

/** Where the configuration that the datacenter was to begin with was refused. */
function beginTxn(
  tx: WriteTxn,
  provider: string,
  config: string,
  { connect, info, now }: EndpointContext,
): void {
  const clusterID = clusterIDOf(connect) ?? info().UUID;
  const settings = storedSettings(config);
  const signer = makeSigner(clusterID, settings, now());
  setCAConfigTxn(tx, toSetup(clusterID, provider, config, false, signer));
  activateRootTxn(tx, toNewRoot(signer, clusterID), 0);
}

/** What is stored was accepted once. */
function settingsOf(config: string): CASettings {
  try {
    return storedSettings(config);
  } catch (error) {
    throw invalid(`the stored CA configuration cannot be read: ${(error as Error).message}`);
  }
}

/** How long roots are kept that another took over from. */
export function keptMs({ LeafCertTTL }: CASettings): number {
  return KEPT_LEAF_LIVES * toMs(LeafCertTTL);
}
