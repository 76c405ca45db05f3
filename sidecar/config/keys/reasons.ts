/**
 * Why a key of Consul means nothing here: each sentence is told to the user, behind the keys it is
 * about.
 */

export const NO_SERVERS =
  'the datacenter is a single Durable Object, so there are no servers ' +
  'that elect, vote, replicate or snapshot a log';
export const NO_SERVER_RPC =
  'agents reach the datacenter through one WebSocket with its own flow control, ' +
  'so there is no server RPC to tune';
export const NO_CLIENT_CERTIFICATES =
  'agents prove themselves with a join token and the link carries TLS of its own, ' +
  'so no certificates are handed to agents';
export const NO_GATEWAY_FEDERATION =
  'datacenters forward requests to one another over HTTPS, so federation needs no mesh gateways';
export const PUSHED_REPLICA =
  'the agent is pushed every change that it has subscribed to, ' +
  'so it has no polling cache or stream to tune';
export const NO_CIRCONUS =
  'metrics are read from /v1/agent/metrics or sent to statsd; there is no Circonus client';
export const NO_CLOUD = 'Lictor does not connect to HashiCorp Cloud Platform';
export const CONSUL_INTERNAL = 'Consul overrides this key itself, it was never for users to set';
export const OTHER_PROGRAM =
  'it belongs to the snapshot agent of Consul Enterprise, and Consul ignores it too';
export const CONSUL_CODE = 'it names features of the code of Consul';
export const DNS_FROM_REPLICA =
  'DNS is answered from the replica, to which the datacenter pushes each change, ' +
  'and from it alone while the datacenter is away';
export const NO_SINK_CONNECTION = 'metrics leave by UDP or by connections that are tried again';
export const ACKNOWLEDGED_LEAVE =
  'a leave waits until the datacenter has acknowledged it, not for a time';
export const NO_XDS = 'Envoy is not served yet (xDS), so nothing listens for it';
export const NO_MANAGED_PROXIES = 'agents have started no proxies since Consul 1.6';
export const NO_GO_PROFILES = "there are no profiles of Go's runtime";
export const NO_UI = 'there is no web interface yet';
