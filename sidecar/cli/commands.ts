/** The table of commands. A line without a loader is a group. */
import { ACL_COMMANDS } from './commands-acl.ts';
import { FEDERATION_COMMANDS } from './commands-federation.ts';
import { HISTORY_COMMANDS } from './commands-history.ts';
import { LIVENESS_COMMANDS } from './commands-liveness.ts';
import { UNAVAILABLE_COMMANDS } from './commands-unavailable.ts';
import type { CommandEntry } from './registry.ts';

type Loader = NonNullable<CommandEntry['load']>;

function group(path: string, synopsis: string): CommandEntry {
  return { path, synopsis };
}

function command(path: string, synopsis: string, load: Loader): CommandEntry {
  return { path, synopsis, load };
}

export const COMMANDS: readonly CommandEntry[] = [
  group('catalog', 'Interact with the catalog'),
  command(
    'catalog datacenters',
    'Lists all known datacenters',
    () => import('./commands/catalog-datacenters.ts'),
  ),
  command(
    'catalog nodes',
    'Lists all nodes in the given datacenter',
    () => import('./commands/catalog-nodes.ts'),
  ),
  command(
    'catalog services',
    'Lists all registered services in a datacenter',
    () => import('./commands/catalog-services.ts'),
  ),
  group('config', 'Interact with centralized configuration entries'),
  command(
    'config delete',
    'Delete a centralized config entry',
    () => import('./commands/config-delete.ts'),
  ),
  command(
    'config list',
    'List centralized config entries of a given kind',
    () => import('./commands/config-list.ts'),
  ),
  command(
    'config read',
    'Read a centralized config entry',
    () => import('./commands/config-read.ts'),
  ),
  command(
    'config write',
    'Create or update a centralized config entry',
    () => import('./commands/config-write.ts'),
  ),
  group('connect', 'Interact with the service mesh'),
  group('connect ca', 'Interact with the certificate authority (CA) of the service mesh'),
  command(
    'connect ca get-config',
    'Display the current CA configuration',
    () => import('./commands/connect-ca-get-config.ts'),
  ),
  command(
    'connect ca set-config',
    'Modify the current CA configuration',
    () => import('./commands/connect-ca-set-config.ts'),
  ),
  command(
    'connect envoy',
    'Configures Envoy as a proxy of the service mesh',
    () => import('./commands/connect-envoy.ts'),
  ),
  command(
    'connect proxy',
    'Runs a proxy of the service mesh',
    () => import('./commands/connect-proxy.ts'),
  ),
  command(
    'connect redirect-traffic',
    'Applies iptables rules for traffic redirection',
    () => import('./commands/connect-redirect-traffic.ts'),
  ),
  command(
    'connect expose',
    'Expose a service of the mesh through an ingress gateway',
    () => import('./commands/connect-expose.ts'),
  ),
  command(
    'debug',
    'Records a debugging archive for operators',
    () => import('./commands/debug.ts'),
  ),
  command(
    'doctor',
    'Looks for faults of the agent and says the next step',
    () => import('./commands/doctor.ts'),
  ),
  command('event', 'Fire a new event', () => import('./commands/event.ts')),
  command('exec', 'Executes a command on the nodes', () => import('./commands/exec.ts')),
  command(
    'force-leave',
    'Forces a member of the cluster to enter the "left" state',
    () => import('./commands/force-leave.ts'),
  ),
  group('health', 'Interact with the health of services'),
  command(
    'health why',
    'Says which instances of a service are out, and why',
    () => import('./commands/health-why.ts'),
  ),
  command(
    'import',
    'Imports a Consul "kv export" all at once or not at all',
    () => import('./commands/import.ts'),
  ),
  command(
    'info',
    'Provides debugging information for operators',
    () => import('./commands/info.ts'),
  ),
  group('intention', 'Interact with service intentions'),
  command(
    'intention check',
    'Check whether a connection between two services is allowed',
    () => import('./commands/intention-check.ts'),
  ),
  command(
    'intention create',
    'Create intentions for service connections',
    () => import('./commands/intention-create.ts'),
  ),
  command(
    'intention delete',
    'Delete an intention',
    () => import('./commands/intention-delete.ts'),
  ),
  command(
    'intention get',
    'Show information about an intention',
    () => import('./commands/intention-get.ts'),
  ),
  command('intention list', 'List intentions', () => import('./commands/intention-list.ts')),
  command(
    'intention match',
    'Show intentions that match a source or destination',
    () => import('./commands/intention-match.ts'),
  ),
  command('join', 'Tell the agent to join a cluster', () => import('./commands/join.ts')),
  command('keygen', 'Generates a new encryption key', () => import('./commands/keygen.ts')),
  command('keyring', 'Manages gossip layer encryption keys', () => import('./commands/keyring.ts')),
  group('kv', 'Interact with the key-value store'),
  command('kv delete', 'Removes data from the KV store', () => import('./commands/kv-delete.ts')),
  command(
    'kv export',
    'Exports a tree from the KV store as JSON',
    () => import('./commands/kv-export.ts'),
  ),
  command(
    'kv get',
    'Retrieves or lists data from the KV store',
    () => import('./commands/kv-get.ts'),
  ),
  command(
    'kv import',
    'Imports a tree stored as JSON to the KV store',
    () => import('./commands/kv-import.ts'),
  ),
  command('kv put', 'Sets or updates data in the KV store', () => import('./commands/kv-put.ts')),
  command(
    'leave',
    'Gracefully leaves the cluster and shuts the agent down',
    () => import('./commands/leave.ts'),
  ),
  command('lock', 'Execute a command holding a lock', () => import('./commands/lock.ts')),
  command(
    'maint',
    'Controls node or service maintenance mode',
    () => import('./commands/maint.ts'),
  ),
  command('members', 'Lists the members of a cluster', () => import('./commands/members.ts')),
  command('monitor', 'Stream logs from an agent', () => import('./commands/monitor.ts')),
  group('operator', 'Provides cluster-level tools for operators'),
  group('operator autopilot', 'Provides tools for modifying Autopilot configuration'),
  command(
    'operator autopilot get-config',
    'Display the Autopilot configuration',
    () => import('./commands/operator-autopilot-get-config.ts'),
  ),
  command(
    'operator autopilot set-config',
    'Modify the Autopilot configuration',
    () => import('./commands/operator-autopilot-set-config.ts'),
  ),
  command(
    'operator autopilot state',
    'Display the state of Autopilot',
    () => import('./commands/operator-autopilot-state.ts'),
  ),
  group('operator raft', 'Provides tools for the Raft subsystem'),
  command(
    'operator raft list-peers',
    'Display the Raft peers',
    () => import('./commands/operator-raft-list-peers.ts'),
  ),
  group('operator usage', 'Provides cluster-level usage information'),
  command(
    'operator usage instances',
    'Display service instance usage information',
    () => import('./commands/operator-usage-instances.ts'),
  ),
  command(
    'reload',
    'Triggers the agent to reload configuration files',
    () => import('./commands/reload.ts'),
  ),
  command(
    'rtt',
    'Estimates network round trip time between nodes',
    () => import('./commands/rtt.ts'),
  ),
  group('services', 'Interact with services'),
  command(
    'services deregister',
    'Deregister services with the local agent',
    () => import('./commands/services-deregister.ts'),
  ),
  command(
    'services export',
    'Export a service to another peer or partition',
    () => import('./commands/services-export.ts'),
  ),
  command(
    'services exported-services',
    'Lists exported services',
    () => import('./commands/services-exported-services.ts'),
  ),
  command(
    'services register',
    'Register services with the local agent',
    () => import('./commands/services-register.ts'),
  ),
  group('snapshot', "Saves, restores and inspects snapshots of a datacenter's state"),
  command(
    'snapshot decode',
    'Decodes a snapshot file to lines of JSON',
    () => import('./commands/snapshot-decode.ts'),
  ),
  command(
    'snapshot inspect',
    'Displays information about a snapshot file',
    () => import('./commands/snapshot-inspect.ts'),
  ),
  command(
    'snapshot restore',
    "Restores a snapshot of a datacenter's state",
    () => import('./commands/snapshot-restore.ts'),
  ),
  command(
    'snapshot save',
    "Saves a snapshot of a datacenter's state",
    () => import('./commands/snapshot-save.ts'),
  ),
  group('tls', 'Builtin helpers for creating CAs and certificates'),
  group('tls ca', 'Helpers for CAs'),
  command('tls ca create', 'Create a new CA', () => import('./commands/tls-ca-create.ts')),
  group('tls cert', 'Helpers for certificates'),
  command(
    'tls cert create',
    'Create a new certificate',
    () => import('./commands/tls-cert-create.ts'),
  ),
  command('validate', 'Validate config files/directories', () => import('./commands/validate.ts')),
  command('version', 'Prints the version', () => import('./commands/version.ts')),
  command('watch', 'Watch for changes in the datacenter', () => import('./commands/watch.ts')),
  ...FEDERATION_COMMANDS,
  ...HISTORY_COMMANDS,
  ...LIVENESS_COMMANDS,
  ...ACL_COMMANDS,
  ...UNAVAILABLE_COMMANDS,
];
