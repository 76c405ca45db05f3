/** What the datacenter tells of itself. */
import type { ReadEndpoints } from './endpoint.ts';

export const statusReads: ReadEndpoints<'status.datacenter'> = {
  'status.datacenter': {
    kind: 'read',
    topics: () => [],
    // Anybody may ask who leads, as in Consul.
    read(context) {
      const info = context.info();
      return { index: info.Index, body: JSON.stringify(info) };
    },
  },
};
