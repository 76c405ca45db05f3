/** Why each instance of a service is in or out: its checks, its node's, its agent's link, its weight. */
import {
  NODE_MAINTENANCE_CHECK_ID,
  SERF_HEALTH_CHECK_ID,
  SERVICE_MAINTENANCE_PREFIX,
} from '../../protocol/types/catalog.ts';
import type {
  HealthReason,
  HealthWhy,
  InstanceVerdict,
  ReasonCode,
} from '../../protocol/types/health-why.ts';
import { type SQL, firstRow } from '../db/storage.ts';
import { serviceTopic } from '../watch/topics.ts';
import { type FoundInstance, type Visibility, findInstances } from './catalog-instances.ts';
import type { CheckRow } from './checks-rows.ts';
import { checksByOwner, checksOfInstance } from './health-read.ts';
import { isHeld } from './mass-failure.ts';
import { linkGraceEndsAt } from './node-health.ts';
import { isUnreported, reapedAt } from './unreported.ts';

export function explainHealth(sql: SQL, service: string, sees: Visibility): HealthWhy {
  const found = findInstances(sql, { service }, {}, sees);
  const checks = checksByOwner(sql, { service });
  const Instances = found.map((each) => judge(sql, each, checksOfInstance(checks, each)));
  const LastRemoved = found.length > 0 ? [] : lastRemoved(sql, service, sees);
  return { Service: service, Instances, LastRemoved };
}

function judge(sql: SQL, found: FoundInstance, checks: readonly CheckRow[]): InstanceVerdict {
  const { node, service } = found;
  const isCritical = checks.some(({ status }) => status === 'critical');
  const Passing = checks.every(({ status }) => status === 'passing');
  const Weight = Passing ? service.weight_passing : isCritical ? 0 : service.weight_warning;
  const Reasons = checks
    .filter(({ status }) => status !== 'passing')
    .map((check) => ({ ...reasonOf(check, node.name), ...timeOf(sql, check) }));
  Reasons.push(...silenceOf(sql, found, checks), ...absenceOf(sql, found));
  if (Weight === 0 && !isCritical) {
    const state = Passing ? 'passing' : 'warning';
    Reasons.push({ Code: 'weight-zero', Text: `its weight while ${state} is 0` });
  }
  return {
    Node: node.name,
    ServiceID: service.id,
    Address: service.address || node.address,
    Port: service.port,
    Passing,
    InDNS: !isCritical,
    Weight,
    Reasons,
  };
}

/** Enough to tell what went wrong; the whole output is in the check. */
const MAX_OUTPUT_CHARS = 300;

function reasonOf(check: CheckRow, node: string): HealthReason {
  const { id: CheckID, status: Status, name, service_key: ofService } = check;
  const Output = check.output.slice(0, MAX_OUTPUT_CHARS);
  const rest = { CheckID, Status, ...(Output === '' ? {} : { Output }) };
  const because = check.notes === '' ? '' : `: ${check.notes}`;
  if (CheckID === NODE_MAINTENANCE_CHECK_ID) {
    return { Code: 'node-maintenance', Text: `node ${node} is in maintenance${because}`, ...rest };
  }
  if (CheckID.startsWith(SERVICE_MAINTENANCE_PREFIX)) {
    return { Code: 'service-maintenance', Text: `it is in maintenance${because}`, ...rest };
  }
  if (CheckID === SERF_HEALTH_CHECK_ID) {
    return { Code: 'agent-lost', Text: `the agent of node ${node} is lost`, ...rest };
  }
  const whose = ofService === '' ? `node ${node}` : 'the instance';
  const Code: ReasonCode = Status === 'critical' ? 'check-critical' : 'check-warning';
  return { Code, Text: `check "${name}" of ${whose} is ${Status}`, ...rest };
}

/** Unknown once the log has been trimmed. */
function timeOf(sql: SQL, check: CheckRow): { At?: string } {
  const query = 'SELECT at FROM changes WHERE idx = ? LIMIT 1';
  const row = firstRow<{ at: number }>(sql, query, check.modify_index);
  return row === undefined ? {} : { At: timestamp(row.at) };
}

function silenceOf(sql: SQL, { node }: FoundInstance, checks: readonly CheckRow[]): HealthReason[] {
  if (isHeld(sql, node.key)) return [held(node.name)];
  const endsAt = linkGraceEndsAt(sql, node.key);
  const isAlive = checks.some(
    ({ id, status }) => id === SERF_HEALTH_CHECK_ID && status === 'passing',
  );
  if (endsAt === null || !isAlive) return [];
  const Text = `the link of node ${node.name}'s agent is down: unless it comes back in time, or a member reaches the node, it fails`;
  return [{ Code: 'agent-silent', Text, At: timestamp(endsAt) }];
}

function held(node: string): HealthReason {
  const Text = `the agent of node ${node} is lost, but too many failed at once: the brake on mass failures keeps it in`;
  return { Code: 'agent-held', Text };
}

function absenceOf(sql: SQL, { node, service }: FoundInstance): HealthReason[] {
  const place = { node: node.key, key: service.key };
  if (!isUnreported(sql, place)) return [];
  const dueAt = reapedAt(sql, place);
  const what = 'no agent reports for its node and nothing checks it';
  return dueAt === null
    ? [{ Code: 'unreported', Text: `${what}: it passes until somebody deregisters it` }]
    : [
        {
          Code: 'unreported',
          Text: `${what}: unless it is registered again, it will be removed`,
          At: timestamp(dueAt),
        },
      ];
}

type Removal = { at: number; actor: string; key: string };

/** What the last change of the service's instances removed. A removal tells the node and the instance in its key. */
function lastRemoved(sql: SQL, service: string, sees: Visibility): HealthWhy['LastRemoved'] {
  if (!sees.serviceRead(service)) return [];
  const query =
    'SELECT at, actor, key FROM changes WHERE idx = (SELECT idx FROM topics WHERE name = ?) ' +
    "AND kind = 'service.delete' AND lower(scope) = lower(?)";
  return sql
    .exec<Removal>(query, serviceTopic(service), service)
    .toArray()
    .map(({ at, actor, key }) => {
      const slash = key.indexOf('/');
      const [Node, ServiceID] = [key.slice(0, slash), key.slice(slash + 1)];
      return { Node, ServiceID, At: timestamp(at), By: actor };
    })
    .filter(({ Node }) => sees.nodeRead(Node));
}

function timestamp(ms: number): string {
  return new Date(ms).toISOString();
}
