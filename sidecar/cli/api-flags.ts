/** The flags by which most commands choose the agent, the datacenter and the tenancy, in groups as Consul has them. */
import { flag, inGoWords } from './flags.ts';
import type { FlagValues } from './flags.ts';

export const API_FLAGS = {
  client: {
    'ca-file': flag.text(
      'Path of a file of CA certificates that the agent is verified with. Also from the environment: CONSUL_CACERT.',
      'value',
    ),
    'ca-path': flag.text(
      'Path of a directory of CA certificates that the agent is verified with. Also CONSUL_CAPATH.',
      'value',
    ),
    'client-cert': flag.text(
      "Path of the certificate that is shown to an agent with 'verify_incoming'. Also CONSUL_CLIENT_CERT.",
      'value',
    ),
    'client-key': flag.text('Path of the key of -client-cert. Also CONSUL_CLIENT_KEY.', 'value'),
    'http-addr': flag.text(
      'Address and port of the agent: host:port, http://..., https://... or unix:///path. Also LICTOR_HTTP_ADDR or CONSUL_HTTP_ADDR; with CONSUL_HTTP_SSL=true an address without a scheme means https. The default is http://127.0.0.1:8500.',
      'address',
    ),
    'tls-server-name': flag.text(
      'Name that the certificate of the agent must carry. Also CONSUL_TLS_SERVER_NAME.',
      'value',
    ),
    token: flag.text(
      "ACL token of the request. Also LICTOR_HTTP_TOKEN or CONSUL_HTTP_TOKEN. Without one the agent's own token is used.",
      'value',
    ),
    'token-file': flag.text(
      'File that holds the ACL token; beats -token. Also CONSUL_HTTP_TOKEN_FILE.',
      'value',
    ),
  },
  server: {
    datacenter: flag.text(
      'Name of the datacenter to ask. The default is the datacenter of the agent.',
      'value',
    ),
    stale: inGoWords(
      flag.bool(
        "Answer from the agent's replica, which is faster and may lag. It has no effect on writes. The default is false.",
      ),
      'ParseBool',
    ),
  },
  namespace: {
    namespace: flag.text(
      'Namespace to ask. Namespaces are an Enterprise feature; only "default" is known here.',
      'default',
    ),
  },
  partition: {
    partition: flag.text(
      'Admin partition to ask. Partitions are an Enterprise feature; only "default" is known here.',
      'default',
    ),
  },
} as const;

export type APIFlagGroup = keyof typeof API_FLAGS;

/** All groups together; a command that lacks a group leaves its flags undefined. */
export type APIFlagValues = Partial<
  FlagValues<
    (typeof API_FLAGS)['client'] &
      (typeof API_FLAGS)['server'] &
      (typeof API_FLAGS)['namespace'] &
      (typeof API_FLAGS)['partition']
  >
>;

/** Agent-local commands. */
export const AGENT: readonly APIFlagGroup[] = ['client'];
/** Commands about a datacenter. */
export const DATACENTER: readonly APIFlagGroup[] = ['client', 'server'];
/** Commands about things that Enterprise puts into namespaces. */
export const NAMESPACED: readonly APIFlagGroup[] = ['client', 'server', 'namespace', 'partition'];
/** To be added to others. */
export const PARTITION: readonly APIFlagGroup[] = ['partition'];
