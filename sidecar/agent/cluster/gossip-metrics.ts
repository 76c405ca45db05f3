/** What the gossip pools count, under the names that Consul and memberlist give it; what they do not count, under Lictor's. */
import type { Cluster, PoolName } from './cluster.ts';
import type { Pool } from '../../gossip/pool.ts';
import type { GaugeSample, Labels } from '../../lib/metrics.ts';

export interface Total {
  readonly name: string;
  readonly value: number;
  readonly labels: Labels;
}

export interface GossipFigures {
  readonly gauges: readonly GaugeSample[];
  readonly totals: readonly Total[];
}

const POOLS: readonly PoolName[] = ['lan', 'wan'];

export function readGossip(cluster: Pick<Cluster, 'pool'>): GossipFigures {
  const pools = POOLS.flatMap((network) => {
    const pool = cluster.pool(network);
    return pool === undefined ? [] : [{ network, pool }];
  });
  return {
    gauges: pools.flatMap(({ network, pool }) => gaugesOf(network, pool)),
    totals: pools.flatMap(({ network, pool }) => [
      ...memberlistTotals(network, pool),
      ...serfTotals(network, pool),
    ]),
  };
}

function gaugesOf(network: PoolName, pool: Pool): GaugeSample[] {
  const Labels = { network };
  const members = pool.members();
  const withStatus = (status: string): number =>
    members.filter((member) => member.status === status).length;
  return [
    { Name: 'consul.memberlist.health.score', Value: pool.memberlist.healthScore(), Labels },
    { Name: 'lictor.gossip.members_alive', Value: withStatus('alive'), Labels },
    { Name: 'lictor.gossip.members_failed', Value: withStatus('failed'), Labels },
  ];
}

/** Bytes where memberlist counts bytes: of packets and of streams. */
function memberlistTotals(network: PoolName, { memberlist }: Pool): Total[] {
  const { counters } = memberlist;
  const labels = { network };
  const values: Readonly<Record<string, number>> = {
    'consul.memberlist.udp.sent': counters.packetBytesSent,
    'consul.memberlist.udp.received': counters.packetBytesReceived,
    'consul.memberlist.tcp.connect': counters.streamsOpened,
    'consul.memberlist.tcp.accept': counters.streamsAccepted,
    'consul.memberlist.tcp.sent': counters.streamBytesSent,
    'consul.memberlist.probeNode': counters.probes,
    'consul.memberlist.msg.suspect': counters.suspicions,
    'consul.memberlist.msg.dead': counters.deaths,
    'lictor.gossip.packets_sent': counters.packetsSent,
    'lictor.gossip.packets_received': counters.packetsReceived,
    'lictor.gossip.probes_failed': counters.probesFailed,
    'lictor.gossip.refutations': counters.refutations,
  };
  const refused = Object.entries(counters.refused).map(([reason, value]) => ({
    name: 'lictor.gossip.refused',
    value,
    labels: { network, reason },
  }));
  return [...toTotals(values, labels), ...refused];
}

function serfTotals(network: PoolName, { counters }: Pool): Total[] {
  return toTotals(
    {
      'consul.serf.events': counters.userEvents,
      'consul.serf.queries': counters.queries,
      'consul.serf.query_acks': counters.queryAcks,
      'consul.serf.query_responses': counters.queryResponses,
      'consul.serf.query_duplicate_acks': counters.queryDuplicates,
      'consul.serf.member.flap': counters.memberFlaps,
      'consul.serf.coordinate.rejected': counters.coordinatesRejected,
      'lictor.serf.malformed': counters.malformed + counters.unknownType,
      'lictor.serf.too_old': counters.tooOld,
      'lictor.serf.queue_drops': counters.queueDrops,
      'lictor.serf.relays_refused': counters.relaysRefused,
    },
    { network },
  );
}

function toTotals(values: Readonly<Record<string, number>>, labels: Labels): Total[] {
  return Object.entries(values).map(([name, value]) => ({ name, value, labels }));
}
