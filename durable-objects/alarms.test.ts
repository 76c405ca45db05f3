import { beforeEach, describe, expect, it } from 'vitest';
import { NO_TIMERS } from './testing/no-timers.ts';
import { Alarms, type TimedState, type TimerHandlers } from './alarms.ts';
import { clearTimerTxn, setTimerTxn, timerDueAt } from './state/timers.ts';
import { createNodeStorage } from './testing/node-storage.ts';
import { RecordingPublisher } from './testing/recording-publisher.ts';
import { VirtualAlarm } from './testing/virtual-alarm.ts';
import { type WriteTxn, Writer } from './writer.ts';

let storage: ReturnType<typeof createNodeStorage>;
let writer: Writer;
let alarm: VirtualAlarm;
let state: TimedState;
let now: number;
let fired: string[];
let errors: string[];

beforeEach(() => {
  storage = createNodeStorage();
  now = 0;
  fired = [];
  errors = [];
  writer = new Writer(storage, new RecordingPublisher(), () => now);
  alarm = new VirtualAlarm();
  state = {
    context: { sql: storage.sql, now: () => now },
    writer,
    batch: (work) => writer.batch(work),
  };
});

function createAlarms(onTTL: (tx: WriteTxn, id: string) => void = () => {}): Alarms {
  const handlers: TimerHandlers = {
    ...NO_TIMERS,
    'session-ttl': (tx, id) => {
      fired.push(id);
      onTTL(tx, id);
    },
    'link-grace': (_tx, id) => {
      fired.push(`grace ${id}`);
    },
  };
  return new Alarms(state, alarm, handlers, (message) => errors.push(message));
}

const set = (id: string, dueAt: number) =>
  writer.apply('test', (tx) => setTimerTxn(tx, 'session-ttl', id, dueAt));
const clear = (id: string) => writer.apply('test', (tx) => clearTimerTxn(tx, 'session-ttl', id));

/** What the platform does when the time has come. */
async function passTo(alarms: Alarms, at: number): Promise<void> {
  now = at;
  while (alarm.at !== null && alarm.at <= now) {
    alarm.at = null;
    await alarms.run();
  }
}

describe('arming', () => {
  it('sets the alarm only when it would be too late', async () => {
    const alarms = createAlarms();
    for (const [id, dueAt] of [
      ['a', 100],
      ['b', 200],
      ['c', 50],
      ['c', 60],
    ] as const) {
      set(id, dueAt);
      await alarms.arm();
    }
    expect(alarm.at).toBe(50);
    expect(alarm.sets).toBe(2);
  });

  it('does nothing when no timer was set', async () => {
    await createAlarms().arm();
    expect(alarm.sets).toBe(0);
  });

  it('does not replace an earlier alarm that an evicted object left', async () => {
    alarm.at = 10;
    set('a', 100);
    await createAlarms().arm();
    expect(alarm.at).toBe(10);
  });

  it('a new object sets the alarm that is missing', async () => {
    set('a', 100);
    set('b', 70);
    await createAlarms().rearm();
    expect(alarm.at).toBe(70);
  });

  it('a new object without timers sets none', async () => {
    await createAlarms().rearm();
    expect(alarm.at).toBeNull();
  });
});

describe('running', () => {
  it('fires what is due, the longest overdue first, clears it, and sets the next alarm', async () => {
    const alarms = createAlarms();
    for (const [id, dueAt] of [
      ['late', 30],
      ['first', 10],
      ['second', 20],
    ] as const)
      set(id, dueAt);
    await alarms.arm();
    await passTo(alarms, 20);
    expect(fired).toEqual(['first', 'second']);
    expect(timerDueAt(storage.sql, 'session-ttl', 'first')).toBeNull();
    expect(alarm.at).toBe(30);
  });

  it('a timer that was cleared or moved in the meantime does not fire', async () => {
    const alarms = createAlarms();
    set('cleared', 10);
    set('moved', 10);
    await alarms.arm();
    clear('cleared');
    set('moved', 50);
    await passTo(alarms, 20);
    expect(fired).toEqual([]);
    expect(alarm.at).toBe(50);
  });

  it('a timer that a handler before it cleared does not fire', async () => {
    const alarms = createAlarms((tx) => clearTimerTxn(tx, 'session-ttl', 'b'));
    set('a', 10);
    set('b', 11);
    await alarms.arm();
    await passTo(alarms, 20);
    expect(fired).toEqual(['a']);
  });

  it('a handler may set its timer again', async () => {
    const alarms = createAlarms((tx, id) => setTimerTxn(tx, 'session-ttl', id, tx.now + 5));
    set('again', 10);
    await alarms.arm();
    await passTo(alarms, 10);
    expect(fired).toEqual(['again']);
    expect(alarm.at).toBe(15);
  });

  it('takes more than a batch in several runs', async () => {
    const alarms = createAlarms();
    writer.batch(() => {
      for (let i = 0; i < 600; i++)
        writer.write('test', (tx) => setTimerTxn(tx, 'session-ttl', `t${i}`, i));
    });
    await alarms.arm();
    await passTo(alarms, 1000);
    expect(fired).toHaveLength(600);
    expect(alarm.at).toBeNull();
  });
});

describe('errors', () => {
  it('one timer’s error undoes its own writes alone, is logged, and comes back later and later', async () => {
    const alarms = createAlarms((tx, id) => {
      tx.sql.exec("INSERT INTO meta (name, value) VALUES (?, 'x')", id);
      if (id === 'bad') throw new Error('no');
    });
    set('bad', 10);
    set('good', 11);
    await alarms.arm();
    await passTo(alarms, 20);
    expect(fired).toEqual(['bad', 'good']);
    expect(errors).toEqual(['timer session-ttl/bad failed']);
    const written = storage.sql.exec<{ name: string }>('SELECT name FROM meta').toArray();
    expect(written.map(({ name }) => name)).toEqual(['good']);
    expect(alarm.at).toBe(1020);
    await passTo(alarms, 1020);
    expect(alarm.at).toBe(3020);
  });

  it('waits five minutes at most', async () => {
    const alarms = createAlarms(() => {
      throw new Error('no');
    });
    set('bad', 0);
    await alarms.arm();
    for (let i = 0; i < 12; i++) await passTo(alarms, alarm.at!);
    expect(alarm.at).toBe(now + 300_000);
  });

  it('an alarm is set even when the whole run fails, but not at once', async () => {
    const failing: TimedState = {
      ...state,
      batch: () => {
        throw new Error('disk full');
      },
    };
    set('a', 10);
    now = 20;
    const alarms = new Alarms(failing, alarm, {} as TimerHandlers, () => {});
    await expect(alarms.run()).rejects.toThrow('disk full');
    expect(alarm.at).toBe(1020);
  });

  it('a timer of an unknown kind waits for a version that knows it', async () => {
    storage.sql.exec("INSERT INTO timers (kind, id, due_at) VALUES ('of-tomorrow', 'x', 5)");
    const alarms = createAlarms();
    await alarms.rearm();
    await passTo(alarms, 10);
    expect(errors).toEqual(['timer of-tomorrow/x failed']);
    expect(alarm.at).toBe(1010);
  });
});
