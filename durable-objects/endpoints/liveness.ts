/** Who is in doubt, and what the brake on mass failures holds. */
import type { LivenessStatus } from '../../protocol/types/liveness.ts';
import { describeBrake } from '../state/mass-failure.ts';
import { listDoubted } from '../state/node-doubt.ts';
import { releaseHeldTxn } from '../state/node-health.ts';
import { topicIndex } from '../state/topic-index.ts';
import { LIVENESS } from '../watch/topics.ts';
import type { ReadEndpoints, WriteEndpoints } from './endpoint.ts';

export const livenessReads: ReadEndpoints<'liveness.status'> = {
  'liveness.status': {
    kind: 'read',
    topics: () => [LIVENESS],
    // Not kept like other answers: what is settled leaves the list without a new index.
    read({ sql, liveness }, _args, authorizer) {
      const sees = (node: string): boolean => authorizer.nodeRead(node);
      const brake = describeBrake(sql, liveness.massFailure);
      const status: LivenessStatus = {
        Doubted: listDoubted(sql).filter(sees),
        Brake: brake === null ? null : { ...brake, Held: brake.Held.filter(sees) },
      };
      return { index: topicIndex(sql, LIVENESS), body: JSON.stringify(status) };
    },
  },
};

export const livenessWrites: WriteEndpoints<'liveness.release'> = {
  'liveness.release': {
    kind: 'write',
    prepare(_context, args, authorizer) {
      authorizer.operatorWrite();
      return args;
    },
    apply: (tx) => String(releaseHeldTxn(tx)),
  },
};
