/** Where the Docker engine listens: DOCKER_HOST, as its own clients read it. */

/** What Node's HTTP client takes. */
export type DockerHost =
  | { readonly socketPath: string }
  | { readonly host: string; readonly port: number };

/** The engine's port without TLS, which it has for registered use. */
const DOCKER_PORT = 2375;

/**
 * @param text `unix:///path`, or `tcp://host:port`
 * @throws Error for what is neither
 */
export function parseDockerHost(text: string): DockerHost {
  const [, path] = /^unix:\/\/(\/.+)$/.exec(text) ?? [];
  if (path !== undefined) return { socketPath: path };
  const [, host, port] = /^(?:tcp|http):\/\/(\[[^\]]+\]|[^/:]+)(?::(\d+))?\/?$/.exec(text) ?? [];
  if (host === undefined)
    throw new Error(`DOCKER_HOST is neither unix:///path nor tcp://host:port: ${text}`);
  return {
    host: host.replace(/^\[|\]$/g, ''),
    port: port === undefined ? DOCKER_PORT : Number(port),
  };
}
