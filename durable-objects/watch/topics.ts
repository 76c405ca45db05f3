/**
 * Names of what a query can depend on. A write touches topics, a query names those that it reads.
 *
 * Names of nodes and services are lower-cased first: Consul compares them without regard to case.
 */
export type Topic = string;

/** The list of node names and the nodes' own fields. */
export const NODES: Topic = 'nodes';
/** Which services exist, with their tags. */
export const SERVICES: Topic = 'services';
/** The kinds of instances that exist already, and whether they speak Connect: what counts of services depend on beside SERVICES. */
export const SERVICE_KINDS: Topic = 'service-kinds';
/** All nodes and the instances on them, but not their checks: what the topics of the nodes speak of. */
export const INSTANCES: Topic = 'instances';
/** Any health check of the datacenter. */
export const CHECKS: Topic = 'checks';
export const SESSIONS: Topic = 'sessions';

/** Whose life is in doubt, and whether too many fail at once. */
export const LIVENESS: Topic = 'liveness';

/** User events of every name. */
export const EVENTS: Topic = 'events';

/** What stands before a name in the topics that speak of one row, or of all rows on one node. */
export const KEY = 'kv/';
export const NODE = 'node/';
export const NODE_CHECKS = 'node-checks/';
export const SERVICE = 'service/';
export const COORDINATE = 'coordinate/';

/**
 * What a write tells whoever reads the list of services, beside SERVICES: nobody watches these. An instance came, with
 * these tags; or one went, or has other tags than before.
 */
export const SERVICE_ADDED = 'service-added/';
export const SERVICE_ALTERED = 'service-altered/';

export const keyTopic = (key: string): Topic => KEY + key;
export const keyPrefixTopic = (prefix: string): Topic => `kv-prefix/${prefix}`;
export const nodeTopic = (name: string): Topic => NODE + name.toLowerCase();
/** The checks of a node, its own and those of its services. */
export const nodeChecksTopic = (node: string): Topic => NODE_CHECKS + node.toLowerCase();
/** Instances of a service, their nodes and their checks. */
export const serviceTopic = (name: string): Topic => SERVICE + name.toLowerCase();
/** Tags are JSON, in which no line ends. */
export const serviceAddedTopic = (name: string, tags: string): Topic =>
  `${SERVICE_ADDED}${tags}\n${name}`;
export const serviceAlteredTopic = (nameKey: string): Topic => SERVICE_ALTERED + nameKey;
/** Instances through which a service is reached by Connect, terminating gateways among them. */
export const connectTopic = (name: string): Topic => `connect/${name.toLowerCase()}`;
export const sessionTopic = (id: string): Topic => `session/${id}`;
export const nodeSessionsTopic = (node: string): Topic => `node-sessions/${node.toLowerCase()}`;
/** The coordinates of all nodes. */
export const COORDINATES: Topic = 'coordinates';
export const CA_ROOTS: Topic = 'ca-roots';
export const CA_CONFIG: Topic = 'ca-config';
export const coordinateTopic = (node: string): Topic => COORDINATE + node.toLowerCase();
/** Which prepared queries exist, with their definitions. */
export const QUERIES: Topic = 'queries';
export const queryTopic = (id: string): Topic => `query/${id.toLowerCase()}`;
/** User events of exactly this name. */
export const eventTopic = (name: string): Topic => `event/${name}`;
/** One configuration entry. */
export const configEntryTopic = (kind: string, name: string): Topic =>
  `config/${kind}/${name.toLowerCase()}`;
/** All configuration entries of a kind. */
export const configKindTopic = (kind: string): Topic => `config/${kind}`;
/** Every service that terminating gateways with a wildcard stand for. */
export const ANY_CONNECT: Topic = 'connect-any';
/** Ingress gateways through which a service is reached. */
export const ingressTopic = (name: string): Topic => `ingress/${name.toLowerCase()}`;
/** Every service to which ingress gateways with a wildcard lead. */
export const ANY_INGRESS: Topic = 'ingress-any';
/** Which services stand behind a gateway. */
export const gatewayServicesTopic = (gateway: string): Topic =>
  `gateway-services/${gateway.toLowerCase()}`;
/** The addresses in 240.0.0.0/4, and those given by hand, of a mesh service. */
export const virtualIPTopic = (service: string): Topic => `virtual-ip/${service.toLowerCase()}`;
/** Which services other datacenters may see, wildcards spelled out. */
export const EXPORTED_SERVICES: Topic = 'exported-services';
/** What Autopilot is told. */
export const AUTOPILOT: Topic = 'autopilot';
/** JSON schemas of every prefix. */
export const KV_SCHEMAS: Topic = 'kv-schemas';
export const kvSchemaTopic = (prefix: string): Topic => `kv-schema/${prefix}`;
/** Anything that decides what a token may do. */
export const ACL: Topic = 'acl';
export const ACL_POLICIES: Topic = 'acl-policies';
export const ACL_ROLES: Topic = 'acl-roles';
export const ACL_TOKENS: Topic = 'acl-tokens';
export const ACL_AUTH_METHODS: Topic = 'acl-auth-methods';
export const ACL_BINDING_RULES: Topic = 'acl-binding-rules';
