/** Pools of two real Serfs and two of ours, of each version, encrypted and not, compressed and not. */
import { describe, it } from 'vitest';
import { MixedPool } from './mixed-pool.ts';
import type { PoolSetting } from './mixed-pool.ts';
import { KEY_A, STEPS } from './steps.ts';

const SETTINGS: readonly PoolSetting[] = (['0.11', '0.9.4'] as const).flatMap((version) =>
  [false, true].flatMap((compression) => [
    { version, compression },
    { version, compression, keys: [KEY_A] },
  ]),
);

const titleOf = ({ version, compression, keys }: PoolSetting): string =>
  [version, compression ? 'compressed' : 'plain', keys === undefined ? 'open' : 'encrypted'].join(
    ', ',
  );

// They wait for one another most of the time, so some at once cost little more than one.
describe.concurrent('a pool with serf', () => {
  it.each(SETTINGS.map((setting) => [titleOf(setting), setting] as const))(
    '%s',
    async (_, setting) => {
      const pool = await MixedPool.start(setting);
      try {
        for (const step of STEPS) {
          await step(pool).catch((error: unknown) => {
            throw new Error(`${step.name}: ${String(error)}`, { cause: error });
          });
        }
      } finally {
        await pool.stop();
      }
    },
  );
});
