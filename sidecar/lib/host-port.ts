/** `host:port`, `[::1]:port` or `:port`, as settings have it; undefined for anything else. */
export function splitHostPort(address: string): { host: string; port: number } | undefined {
  const parts = /^(?:\[([^\]]*)\]|([^:]*)):(\d+)$/.exec(address);
  return parts === null ? undefined : { host: parts[1] ?? parts[2] ?? '', port: Number(parts[3]) };
}
