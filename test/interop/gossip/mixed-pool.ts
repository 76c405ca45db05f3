import { expect } from 'vitest';
import { OurSerf } from './our-serf.ts';
import { RealSerf } from './real-serf.ts';
import type { SerfVersion } from './real-serf.ts';

export interface PoolSetting {
  readonly version: SerfVersion;
  readonly compression: boolean;
  readonly keys?: readonly string[];
}

/** Two of theirs and two of ours: `ours` joined `real`, `joined` joined `ours`, and `other` joined `joined`. */
export class MixedPool {
  readonly real: RealSerf;
  readonly joined: RealSerf;
  readonly ours: OurSerf;
  readonly other: OurSerf;
  readonly setting: PoolSetting;

  private constructor(
    setting: PoolSetting,
    members: { real: RealSerf; joined: RealSerf; ours: OurSerf; other: OurSerf },
  ) {
    this.setting = setting;
    this.real = members.real;
    this.joined = members.joined;
    this.ours = members.ours;
    this.other = members.other;
  }

  static async start(setting: PoolSetting): Promise<MixedPool> {
    const tags = { role: 'web', n: '1' };
    const real = await RealSerf.start({ ...setting, name: 'real', tags });
    const ours = await OurSerf.start({ ...setting, name: 'ours', tags: { role: 'db', zone: 'ä' } });
    const other = await OurSerf.start({ ...setting, name: 'other' });
    expect(await ours.pool.join([real.address])).toMatchObject({ contacted: 1 });
    const joined = await RealSerf.start({ ...setting, name: 'joined', join: ours.address });
    expect(await other.pool.join([joined.address])).toMatchObject({ contacted: 1 });
    return new MixedPool(setting, { real, joined, ours, other });
  }

  async stop(): Promise<void> {
    const { real, joined, ours, other } = this;
    await Promise.all([real.stop(), joined.stop(), ours.pool.stop(), other.pool.stop()]);
  }
}
