/** Which services other datacenters may see. There is one entry, called `default`. */
import { keep, keepInAPI, list, omit, struct } from '../shape.ts';
import { META } from './parts.ts';

export const EXPORTED_SERVICES = struct({
  Kind: keep('string'),
  Name: keepInAPI('string'),
  Services: omit(
    list(
      struct({
        Name: keep('string'),
        Namespace: omit('string'),
        Consumers: omit(
          list(
            struct({
              Partition: omit('string'),
              Peer: { ...omit('string'), alias: 'peer_name' },
              SamenessGroup: omit('string'),
            }),
          ),
        ),
      }),
    ),
  ),
  ...META,
});
