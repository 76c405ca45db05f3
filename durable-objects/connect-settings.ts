/** How a datacenter's service mesh is set up; a deployment says it by variables, an agent's configuration in its `connect` block. */

export interface ConnectSettings {
  readonly enabled: boolean;
  /** Of the authority that the datacenter begins with, as is the rest; later it is changed through the API. '' for the built-in one. */
  readonly provider: string;
  /** What it says beside the defaults; null for what is no configuration at all. May hold a private key. */
  readonly config: Readonly<Record<string, unknown>> | null;
}

export const CONNECT_DEFAULT: ConnectSettings = {
  enabled: true,
  provider: '',
  config: {},
};

export interface ConnectEnv {
  /** `false` turns the mesh's endpoints off. */
  readonly CONNECT_ENABLED?: string;
  readonly CONNECT_CA_PROVIDER?: string;
  /** JSON of an object, with the keys of PUT /v1/connect/ca/configuration. */
  readonly CONNECT_CA_CONFIG?: string;
}

export function readConnectSettings(env: ConnectEnv): ConnectSettings {
  return {
    enabled: env.CONNECT_ENABLED !== 'false',
    provider: env.CONNECT_CA_PROVIDER ?? '',
    config: parseConfig(env.CONNECT_CA_CONFIG ?? ''),
  };
}

/** The trust domain that a configuration names, without its suffix; undefined for what is no UUID, which Consul passes over, too. */
export function clusterIDOf({ config }: ConnectSettings): string | undefined {
  const id = config?.['cluster_id'];
  return typeof id === 'string' && UUID.test(id) ? id : undefined;
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** A deployment that means another authority must not get ours without a word. */
function parseConfig(text: string): Record<string, unknown> | null {
  if (text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
