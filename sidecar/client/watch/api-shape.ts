/**
 * The form in which Consul's client hands on health results: handlers get what its structures hold (api/health.go,
 * api/catalog.go), which is a little less and a little more than the agent's answer.
 */
type JSONObject = Readonly<Record<string, unknown>>;

/** Every member of a check's definition, with what stands for "not given". */
const NO_DEFINITION: JSONObject = {
  Interval: '0s',
  Timeout: '0s',
  DeregisterCriticalServiceAfter: '0s',
  HTTP: '',
  Header: null,
  Method: '',
  Body: '',
  TLSServerName: '',
  TLSSkipVerify: false,
  TCP: '',
  TCPUseTLS: false,
  UDP: '',
  GRPC: '',
  OSService: '',
  GRPCUseTLS: false,
};

/** A list of /v1/health/service: nodes, their instances and checks. */
export function shapeInstances(value: unknown): unknown {
  return mapList(value, (instance) => {
    const { PeerName, ...service } = object(instance['Service']);
    const { Mode, ...proxy } = object(service['Proxy']);
    return {
      ...instance,
      Service: {
        ...service,
        ...(PeerName ? { PeerName } : {}),
        ...('Proxy' in service ? { Proxy: { ...(Mode ? { Mode } : {}), ...proxy } } : {}),
      },
      Checks: shapeChecks(instance['Checks']),
    };
  });
}

/** A list of /v1/health/checks or /v1/health/state. */
export function shapeChecks(value: unknown): unknown {
  return mapList(value, ({ Interval: _interval, Timeout: _timeout, PeerName, ...check }) => {
    const given = object(check['Definition']);
    const definition = Object.entries(NO_DEFINITION).map(([name, none]) => [
      name,
      given[name] ?? none,
    ]);
    return {
      ...check,
      ...(PeerName ? { PeerName } : {}),
      Definition: Object.fromEntries(definition) as JSONObject,
    };
  });
}

function mapList(value: unknown, shape: (item: JSONObject) => unknown): unknown {
  return Array.isArray(value) ? value.map((item) => shape(object(item))) : value;
}

function object(value: unknown): JSONObject {
  return typeof value === 'object' && value !== null ? (value as JSONObject) : {};
}
