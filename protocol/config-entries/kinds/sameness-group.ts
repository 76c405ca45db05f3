/** Datacenters that are the same to their clients: decoded, and refused as an Enterprise feature. */
import { keep, list, omit, struct } from '../shape.ts';
import { HEAD, META } from './parts.ts';

export const SAMENESS_GROUP = struct({
  ...HEAD,
  DefaultForFailover: omit('bool'),
  IncludeLocal: omit('bool'),
  Members: keep(list(struct({ Partition: omit('string'), Peer: omit('string') }))),
  ...META,
});
