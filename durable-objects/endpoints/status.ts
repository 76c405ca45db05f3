/** What the datacenter tells of itself. */
import type { ReadEndpoints } from './endpoint.ts';

export const statusReads: ReadEndpoints<'status.datacenter'> = {
  'status.datacenter': {
    kind: 'read',
    topics: () => [],
    read(context, _args, authorizer) {
      authorizer.operatorRead();
      const info = context.info();
      return { index: info.Index, body: JSON.stringify(info) };
    },
  },
};
