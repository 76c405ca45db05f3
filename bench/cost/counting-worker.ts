/**
 * Makes the built Worker count what the platform would bill: rows that SQL cursors report as read and written, alarms that are
 * set, and messages that reach the object. Keepalives are answered by the platform and never reach it.
 *
 * Nothing of the product is changed for it: the counting is appended to a copy of dist/worker.js, which logs its sums.
 */

/** Sums since the Worker was loaded. */
export interface Counts {
  readonly messages: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
}

export const NO_COUNTS: Counts = { messages: 0, rowsRead: 0, rowsWritten: 0 };

const MARK = 'LICTOR-COUNTS ';

/** @param source the text of dist/worker.js. @throws when it exports no DatacenterObject. */
export function instrument(source: string): string {
  const exported = /export\s*\{([^}]*)\}/.exec(source)?.[1] ?? '';
  const local =
    /([\w$]+)\s+as\s+DatacenterObject\b/.exec(exported)?.[1] ??
    /\bDatacenterObject\b/.exec(exported)?.[0];
  if (local === undefined) throw new Error('the built Worker exports no DatacenterObject');
  return `${source}\n{\n${COUNTING.replaceAll('OBJECT', local)}\n}\n`;
}

/** @returns the last sums in a log; none yet: all 0. */
export function readCounts(log: string): Counts {
  const at = log.lastIndexOf(MARK);
  if (at < 0) return NO_COUNTS;
  const end = log.indexOf('}', at);
  return JSON.parse(log.slice(at + MARK.length, end + 1)) as Counts;
}

export function subtract(after: Counts, before: Counts): Counts {
  return {
    messages: after.messages - before.messages,
    rowsRead: after.rowsRead - before.rowsRead,
    rowsWritten: after.rowsWritten - before.rowsWritten,
  };
}

// A cursor knows its counts once it was read, so cursors are kept and asked a little later. The prototypes are those of the whole
// isolate: what the constructor does after an eviction is counted too, only the very first construction is not.
const COUNTING = `
  const sums = { messages: 0, rowsRead: 0, rowsWritten: 0 };
  let cursors = [], timer = null;
  const report = () => {
    timer = null;
    for (const cursor of cursors) { sums.rowsRead += cursor.rowsRead; sums.rowsWritten += cursor.rowsWritten; }
    cursors = [];
    console.log('${MARK}' + JSON.stringify(sums));
  };
  const soon = () => { timer ??= setTimeout(report, 20); };
  const instrumented = new WeakSet();
  const instrumentStorage = (storage) => {
    const sql = Object.getPrototypeOf(storage.sql);
    if (instrumented.has(sql)) return;
    instrumented.add(sql);
    const { exec } = sql;
    sql.exec = function (...args) {
      const cursor = exec.apply(this, args);
      cursors.push(cursor);
      soon();
      return cursor;
    };
    // Setting an alarm is billed as one row written.
    const alarms = Object.getPrototypeOf(storage);
    const { setAlarm } = alarms;
    alarms.setAlarm = function (...args) {
      sums.rowsWritten++;
      soon();
      return setAlarm.apply(this, args);
    };
  };
  const { webSocketMessage } = OBJECT.prototype;
  OBJECT.prototype.webSocketMessage = function (...args) {
    instrumentStorage(this.ctx.storage);
    sums.messages++;
    soon();
    return webSocketMessage.apply(this, args);
  };
  const { fetch: open } = OBJECT.prototype;
  OBJECT.prototype.fetch = function (...args) {
    instrumentStorage(this.ctx.storage);
    return open.apply(this, args);
  };
`;
