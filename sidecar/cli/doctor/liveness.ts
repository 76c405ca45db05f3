/** Whether nodes that failed are kept in service. */
import type { LivenessStatus } from '../../../protocol/types/liveness.ts';
import { type Examination, fail, ok } from './examination.ts';

export const examineLiveness: Examination = async ({ client }) => {
  const { Brake } = await client.json<Partial<LivenessStatus>>({ path: '/v1/operator/liveness' });
  if (!Brake) return [];
  if (!Brake.Engaged) return [ok('nodes', 'the brake on mass failures holds nobody')];
  const text = `the brake on mass failures holds ${Brake.Held.length} nodes that failed: ${Brake.Held.join(', ')}`;
  const next =
    'look for a partition of the network; if they are dead indeed: `lictor operator liveness release`';
  return [fail('nodes', text, next)];
};
