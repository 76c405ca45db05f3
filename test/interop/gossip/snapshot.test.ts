/** A snapshot is the same file for both: what one wrote leads the other back. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from './eventually.ts';
import { OurSerf } from './our-serf.ts';
import { RealSerf } from './real-serf.ts';
import type { SerfVersion } from './real-serf.ts';

const VERSIONS: readonly SerfVersion[] = ['0.11', '0.9.4'];

const endpointOf = (address: string): { address: string; port: number } => {
  const [host = '', port = ''] = address.split(':');
  return { address: host, port: Number(port) };
};

function eventClock(snapshotPath: string): number {
  const times = [...readFileSync(snapshotPath, 'utf8').matchAll(/event-clock: (\d+)/g)];
  return Number(times.at(-1)?.[1] ?? 0);
}

describe.each(VERSIONS)('serf %s', (version) => {
  it('finds its pool with a snapshot of ours', async () => {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'our-snapshot-'));
    const snapshotPath = path.join(directory, 'snapshot');
    const stays = await OurSerf.start({ name: 'stays' });
    const moves = await OurSerf.start({ name: 'moves', snapshotPath });
    const bind = moves.address;
    onTestFinished(async () => {
      await Promise.all([stays.pool.stop(), moves.pool.stop()]);
      rmSync(directory, { recursive: true });
    });
    await moves.pool.join([stays.address]);
    stays.pool.userEvent('deploy', Buffer.from('old'), false);
    await eventually(() => expect(moves.deploys()).toEqual(['old']));
    await moves.pool.stop();
    const real = await RealSerf.start({ version, name: 'moves', bind, directory });
    onTestFinished(() => real.stop(true));
    await eventually(async () =>
      expect(await real.statuses()).toEqual(['moves alive', 'stays alive']),
    );
    stays.pool.userEvent('deploy', Buffer.from('new'), false);
    // The old one was delivered in its earlier life.
    await eventually(() => expect(real.deploys()).toEqual(['new']));
  });

  it('leaves a snapshot with which we find its pool', async () => {
    const stays = await RealSerf.start({ version, name: 'stays' });
    const moves = await RealSerf.start({ version, name: 'moves', join: stays.address });
    onTestFinished(async () => {
      await Promise.all([stays.stop(), moves.stop()]);
    });
    const snapshotPath = path.join(moves.directory, 'snapshot');
    // Serf 0.9.4 writes what it has to say only when it has more to say half a second later.
    await eventually(async () => {
      await stays.run('event', '-coalesce=false', 'deploy', 'old');
      expect(eventClock(snapshotPath)).toBeGreaterThan(0);
    });
    await moves.kill();
    const deliveredBefore = eventClock(snapshotPath);
    const ours = await OurSerf.start({
      name: 'moves',
      bind: endpointOf(moves.address),
      snapshotPath,
    });
    onTestFinished(() => ours.pool.stop());
    await eventually(() => expect(ours.statuses()).toEqual(['moves alive', 'stays alive']));
    await eventually(async () => {
      await stays.run('event', '-coalesce=false', 'deploy', 'new');
      expect(ours.deploys()).toContain('new');
    });
    const times = ours.events.flatMap((event) => (event.kind === 'user' ? [event.lTime] : []));
    expect(Math.min(...times)).toBeGreaterThan(deliveredBefore);
  });
});
