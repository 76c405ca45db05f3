import type { TimerHandlers } from '../alarms.ts';

/** Handlers that do nothing: a test replaces those that it is about. */
export const NO_TIMERS: TimerHandlers = {
  'session-ttl': () => {},
  'link-closed': () => {},
  'link-grace': () => {},
  vouch: () => {},
  accused: () => {},
  heartbeat: () => {},
  'recent-failure': () => {},
  'held-failure': () => {},
  'lost-links': () => {},
  'acl-token': () => {},
  'ca-roots': () => {},
  'kv-ttl': () => {},
  'trim-log': () => {},
  'sweep-unreported': () => {},
  'reap-unreported': () => {},
};
