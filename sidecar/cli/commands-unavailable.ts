/** The commands of Consul's that do nothing here, with the reason. */
import type { CommandEntry } from './registry.ts';
import { notBuiltYet, unavailable } from './unavailable.ts';

const NO_RAFT =
  'It has no meaning in Lictor: a datacenter is one durable object, which has no Raft peers.';
const NO_RESOURCES =
  'It has no meaning in Lictor: the experimental resource API of Consul 1.21 was never finished there.';

export const UNAVAILABLE_COMMANDS: readonly CommandEntry[] = [
  notBuiltYet('connect envoy pipe-bootstrap', 'Pipes a bootstrap configuration to Envoy'),
  unavailable('operator raft remove-peer', 'Remove a Raft peer', NO_RAFT),
  unavailable('operator raft transfer-leader', 'Transfer the Raft leadership', NO_RAFT),
  { path: 'peering', synopsis: 'Create and manage peering connections between clusters' },
  notBuiltYet('peering delete', 'Delete a peering connection'),
  notBuiltYet('peering establish', 'Establish a peering connection'),
  notBuiltYet('peering exported-services', 'Lists exported services to a peer'),
  notBuiltYet('peering generate-token', 'Generate a peering token'),
  notBuiltYet('peering list', 'List peering connections'),
  notBuiltYet('peering read', 'Read a peering connection'),
  { path: 'resource', synopsis: "Interact with Consul's resources" },
  unavailable('resource apply', 'Writes/updates resource information', NO_RESOURCES),
  unavailable('resource apply-grpc', 'Writes/updates resource information', NO_RESOURCES),
  unavailable('resource delete', 'Delete resource information', NO_RESOURCES),
  unavailable('resource delete-grpc', 'Delete resource information', NO_RESOURCES),
  unavailable('resource list', 'Reads all resources by type', NO_RESOURCES),
  unavailable('resource list-grpc', 'Lists all resources by name prefix', NO_RESOURCES),
  unavailable('resource read', 'Read resource information', NO_RESOURCES),
  unavailable('resource read-grpc', 'Read resource information', NO_RESOURCES),
  { path: 'troubleshoot', synopsis: 'CLI tools for troubleshooting the service mesh' },
  {
    path: 'troubleshoot ports',
    synopsis: 'Prints open and closed ports of a server',
    load: () => import('./commands/troubleshoot-ports.ts'),
  },
  notBuiltYet('troubleshoot proxy', 'Troubleshoots the mesh from an Envoy instance'),
  notBuiltYet('troubleshoot upstreams', 'Get the upstream identifiers of an Envoy instance'),
];
