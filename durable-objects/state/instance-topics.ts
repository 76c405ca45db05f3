/** Whom a change of an instance concerns, of its node or of its checks. */
import { connectTopic, serviceTopic } from '../watch/topics.ts';
import type { WriteTxn } from '../writer.ts';
import { touchOnce } from './catalog-topics.ts';
import { touchBehindGateway } from './gateway-topics.ts';

/** What the topics of an instance need of it. */
export interface Instance {
  readonly name_key: string;
  readonly kind: string;
  /** '' for an instance that cannot be reached through Connect. */
  readonly connect_key: string;
}

/**
 * For whoever reads the instance, by its own name, by that of the service which it makes reachable, or by those of the
 * services to which it is the gateway.
 */
export function touchInstances(tx: WriteTxn, instances: readonly Instance[]): void {
  for (const { name_key, kind, connect_key } of instances) {
    touchOnce(tx, serviceTopic(name_key));
    if (connect_key !== '') touchOnce(tx, connectTopic(connect_key));
    touchBehindGateway(tx, kind, name_key);
  }
}
