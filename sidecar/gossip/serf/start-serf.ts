import { GossipError } from '../errors.ts';
import type { Memberlist } from '../memberlist.ts';
import { shuffle } from '../random.ts';
import { Assembly } from './assembly.ts';
import { PROTOCOL_VERSION_MAX, PROTOCOL_VERSION_MIN } from './config.ts';
import { winsNameConflict } from './internal/name-conflict.ts';
import { Serf } from './serf.ts';
import type { SerfOptions } from './serf-options.ts';
import { readSnapshot } from './snapshot/snapshotter.ts';
import { validateConfig } from './validate.ts';

/**
 * Starts a node: with what an earlier run remembers it looks for its pool by itself.
 *
 * @throws GossipError `invalid_config`, `too_large` (tags), `listen_failed`; the system's error when the snapshot cannot be read
 */
export async function startSerf<List extends Memberlist>(
  options: SerfOptions<List>,
): Promise<Serf<List>> {
  const { config, snapshot, log } = options;
  validateConfig(config);
  const replayed =
    snapshot === undefined ? undefined : await readSnapshot(snapshot, config.rejoinAfterLeave, log);
  const assembly = new Assembly(options, replayed);
  const versions = {
    min: PROTOCOL_VERSION_MIN,
    max: PROTOCOL_VERSION_MAX,
    current: config.protocolVersion,
  };
  let memberlist: List;
  try {
    memberlist = await options.createMemberlist(assembly.delegates(), versions);
  } catch (error) {
    await assembly.snapshotter?.stop();
    throw error;
  }
  assembly.memberlist = memberlist;
  const serf = new Serf(assembly, memberlist);
  assembly.onNameConflict = () => void resolveNameConflict(assembly, serf, options);
  assembly.maintenance.start();
  void rejoin(assembly, options, [...(replayed?.state.alive ?? [])]);
  return serf;
}

/** One member of old is enough to find the others. Never rejects. */
async function rejoin(
  { memberlist, lifecycle, log }: Assembly,
  { config, random }: SerfOptions,
  previous: [name: string, address: string][],
): Promise<void> {
  const others = previous.filter(([name]) => name !== config.name);
  if (memberlist === undefined || others.length === 0) return;
  // Else all who restart at once would ask the same one.
  shuffle(others, random);
  for (const [name, address] of others) {
    if (lifecycle.state !== 'alive') return;
    const { contacted } = await memberlist.join([`${name}/${address}`]);
    if (contacted > 0) {
      log.info(`serf: re-joined to previously known node ${name} at ${address}`);
      return;
    }
  }
  log.warn('serf: failed to re-join any previously known node');
}

/** Never rejects. */
async function resolveNameConflict(
  { memberlist, queries, lifecycle, log }: Assembly,
  serf: Serf,
  { config, onStopped }: SerfOptions,
): Promise<void> {
  if (memberlist === undefined || lifecycle.isResolvingConflict) return;
  lifecycle.isResolvingConflict = true;
  try {
    const wins = await winsNameConflict({
      nodeName: config.name,
      self: memberlist.localNode(),
      query: (name, payload) => queries.send(name, payload),
      log,
    });
    if (wins || lifecycle.state !== 'alive') return;
    log.warn(`serf: minority in name conflict resolution, stopping`);
    await serf.stop();
    onStopped?.(`another node is known as ${config.name}`);
  } catch (error) {
    if (!(error instanceof GossipError)) throw error;
    log.error(`serf: failed to start name resolution query: ${error.message}`);
  } finally {
    lifecycle.isResolvingConflict = false;
  }
}
