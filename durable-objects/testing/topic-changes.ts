/**
 * Steps of the write script, by what they change.
 *
 * Where a topic is coarser than the query, its watcher wakes for these too though its answer stays; a finer topic would
 * cost a row more in each write.
 */
export const NODE_CHANGES = [
  'a node is registered',
  'a node changes its address',
  'a node changes its metadata',
  'a node goes',
  'a node comes back',
  'another node and service appear',
];
export const SERVICE_CHANGES = [
  'a service appears',
  'a service changes its port',
  'a service changes its tags',
  'a service goes',
  'a service comes back',
];
export const CHECK_CHANGES = [
  'a service check appears',
  'a service check turns critical',
  'a node check passes again',
  'a service check goes',
];

export const NODE_CHECK_CHANGES = ['a node check appears', 'a node check turns critical'];
export const GHOST_NODE_CHANGES = ['the ghost node appears', 'a check of the ghost appears'];

/** Which query a name means depends on all of them. */
export const QUERY_CHANGES = [
  'a query of a session appears',
  'a query dies with its session',
  'a query goes',
];

/** Whose defaults count, the proxies' registrations say. */
export const DEFAULTS_CHANGES = [
  'a configuration entry appears',
  'a configuration entry changes',
  'a configuration entry goes',
  'a configuration entry of the ghost',
  'a service leaves its listener for another protocol',
  'a service returns to it',
];

export const GHOST_SOURCES = [
  'an intention from the ghost appears',
  'an intention from the ghost goes',
];
export const INTENTION_CHANGES = [
  ...GHOST_SOURCES,
  'an intention appears',
  'an intention for all appears',
  'an intention for all goes',
  'an intention goes',
  'an intention to the ghost appears',
  'an intention to the ghost goes',
  'an intention behind a gateway appears',
  'an intention behind a gateway goes',
];

/** Whoever looks at the whole mesh wakes for every instance and every entry that directs traffic. */
export const MESH_CHANGES = [
  ...NODE_CHANGES,
  ...SERVICE_CHANGES,
  ...CHECK_CHANGES,
  ...NODE_CHECK_CHANGES,
  ...GHOST_NODE_CHANGES,
  ...DEFAULTS_CHANGES,
  ...INTENTION_CHANGES,
  'a mesh proxy appears',
  'a mesh proxy goes',
  'every proxy gets a setting',
  'every proxy loses it',
  'a service is redirected',
  'what it is redirected to has a time limit',
  'the redirect goes',
  'the time limit goes',
  'a terminating gateway stands for a service',
  'a terminating gateway runs',
  'its check fails',
  'a terminating gateway stands for another',
  'a terminating gateway goes',
  'an ingress gateway leads to another',
  'the ghost service appears',
  'a server of the ghost',
];
