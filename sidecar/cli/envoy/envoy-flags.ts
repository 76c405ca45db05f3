/** The flags of `connect envoy`. */
import { flag } from '../flags.ts';

export const ENVOY_FLAGS = {
  address: flag.text('Address and port at which a gateway that is registered is reached.', 'value'),
  'admin-access-log-path': flag.text(
    "Deprecated: file of the log of Envoy's administration.",
    'string',
    '/dev/null',
  ),
  'admin-bind': flag.text(
    "Address and port of Envoy's administration, which can do everything.",
    'string',
    'localhost:19000',
  ),
  'bind-address': flag.map(
    'Where a gateway listens: name=address:port. May be given several times.',
    '<name>=<ip>:<port>',
  ),
  bootstrap: flag.bool('Print the configuration; Envoy itself is not started.'),
  'deregister-after-critical': flag.text(
    'How long a gateway may be critical before it is taken out.',
    'string',
    '6h',
  ),
  'enable-config-gen-logging': flag.bool('Has no effect here.'),
  'envoy-binary': flag.text('Has no effect here: Envoy is not started.'),
  'envoy-ready-bind-address': flag.text('Address at which Envoy says whether it is ready.'),
  'envoy-ready-bind-port': flag.int('Port at which Envoy says whether it is ready.'),
  'envoy-version': flag.text('Has no effect, as in Consul.'),
  'expose-servers': flag.bool('A mesh gateway that is registered leads to the servers.'),
  gateway: flag.text('The proxy is a gateway: api, ingress, mesh or terminating.'),
  'grpc-addr': flag.text(
    'Address of the agent for Envoy: host:port, http://..., https://... or unix:///path. Also CONSUL_GRPC_ADDR.',
  ),
  'grpc-ca-file': flag.text(
    'Certificates with which Envoy verifies the agent. Also CONSUL_GRPC_CACERT.',
  ),
  'grpc-ca-path': flag.text('Directory of such certificates. Also CONSUL_GRPC_CAPATH.'),
  'ignore-envoy-compatibility': flag.bool('Has no effect here: Envoy is not started.', true),
  'mesh-gateway': flag.bool('Deprecated: -gateway=mesh.'),
  'no-central-config': flag.bool('Leave out what the proxy and the configuration entries say.'),
  'node-name': flag.text(
    'Node that the proxy is registered on, where there is no agent. Needs -proxy-id.',
  ),
  'omit-deprecated-tags': flag.bool('Leave out the tags of metrics from before Consul 1.9.'),
  'prometheus-backend-port': flag.text(
    'Port of a program on this host that shows the metrics in place of Envoy.',
  ),
  'prometheus-ca-file': flag.text('CA certificates of whoever may read the metrics.'),
  'prometheus-ca-path': flag.text('Directory of such certificates.'),
  'prometheus-cert-file': flag.text('Certificate with which metrics are shown.'),
  'prometheus-key-file': flag.text('Its key.'),
  'prometheus-scrape-path': flag.text('Path of the metrics.', 'string', '/metrics'),
  'proxy-id': flag.text('ID of the proxy at the agent.'),
  register: flag.bool('Register the gateway first.'),
  service: flag.text('Name with which the gateway is registered.'),
  'sidecar-for': flag.text('ID of a service of this agent, whose only registered proxy it is.'),
  'wan-address': flag.text(
    'Address and port at which the gateway is reached from elsewhere.',
    'value',
  ),
};
