import type { AlarmClock } from '../alarms.ts';

/** The platform's alarm on a virtual clock; counts how often it was set, for each time is billed. */
export class VirtualAlarm implements AlarmClock {
  at: number | null = null;
  sets = 0;

  getAlarm(): Promise<number | null> {
    return Promise.resolve(this.at);
  }

  setAlarm(at: number): void {
    this.at = at;
    this.sets++;
  }
}
