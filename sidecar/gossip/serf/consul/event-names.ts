/** Names of the user events that Consul sends (agent/consul/server_serf.go). All are sent without coalescing. */

/** Told when a server becomes leader; the payload is its name. */
export const NEW_LEADER_EVENT = 'consul:new-leader';

const USER_EVENT_PREFIX = 'consul:event:';

/** What `consul event -name=X` is called in the pool. */
export const renderUserEventName = (name: string): string => USER_EVENT_PREFIX + name;

/** @returns the user's name for the event, or undefined when no user sent it */
export const parseUserEventName = (name: string): string | undefined =>
  name.startsWith(USER_EVENT_PREFIX) ? name.slice(USER_EVENT_PREFIX.length) : undefined;
