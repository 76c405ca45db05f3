/** Counts over the catalog. They are scans: an answer is rendered once for each change of what exists. */
import type { ServiceUsage } from '../../protocol/types/operator.ts';
import { type SQL, firstRow } from '../db/storage.ts';

/** Kinds that Consul counts, whether or not there are any. */
const CONNECT_KINDS = [
  'api-gateway',
  'connect-native',
  'connect-proxy',
  'ingress-gateway',
  'mesh-gateway',
  'terminating-gateway',
];
/** Under this name the servers register themselves. */
const SERVER_SERVICE = 'consul';

type KindRow = { kind: string; native: number; count: number };

export function readUsage(sql: SQL): ServiceUsage {
  const connect = Object.fromEntries(CONNECT_KINDS.map((kind) => [kind, 0]));
  let instances = 0;
  let typical = 0;
  const rows = sql.exec<KindRow>(
    "SELECT kind, connect_key <> '' AS native, COUNT(*) AS count FROM services GROUP BY 1, 2",
  );
  for (const { kind, native, count } of rows) {
    instances += count;
    if (kind === '') typical += count;
    const counted = kind === '' && native === 1 ? 'connect-native' : kind;
    if (counted in connect) connect[counted]! += count;
  }
  return {
    Services: single(sql, 'SELECT COUNT(DISTINCT name_key) AS n FROM services'),
    ServiceInstances: instances,
    ConnectServiceInstances: connect,
    BillableServiceInstances:
      typical -
      single(
        sql,
        "SELECT COUNT(*) AS n FROM services WHERE name_key = ? AND kind = ''",
        SERVER_SERVICE,
      ),
    Nodes: single(sql, 'SELECT COUNT(*) AS n FROM nodes'),
  };
}

function single(sql: SQL, query: string, ...bindings: string[]): number {
  return firstRow<{ n: number }>(sql, query, ...bindings)?.n ?? 0;
}
