/** The two agents of a run, and the texts by which each is known. */
import type { Pair } from './play.ts';
import { Side } from './side.ts';

/** @param token of whoever may do all, where ACLs are on */
export async function pairOf(consul: string, lictor: string, token?: string): Promise<Pair> {
  const sides = {
    consul: new Side('consul', consul, token),
    lictor: new Side('lictor', lictor, token),
  };
  const self = await sides.consul.send({ method: 'GET', path: '/v1/agent/self' });
  const { Config } = JSON.parse(self.body) as { Config: { NodeName: string } };
  return {
    ...sides,
    ...(token !== undefined && { hasACLs: true }),
    node: Config.NodeName,
    texts: { consul: await textsOf(sides.consul), lictor: await textsOf(sides.lictor) },
  };
}

async function textsOf(side: Side): Promise<[string, string][]> {
  const ask = async <T>(path: string): Promise<T> =>
    JSON.parse((await side.send({ method: 'GET', path })).body) as T;
  const { Config, DebugConfig } = await ask<{
    Config: { Version: string };
    DebugConfig: Record<string, unknown>;
  }>('/v1/agent/self');
  const ports = Object.entries(DebugConfig)
    .filter(
      ([name, value]) =>
        /Port/.test(name) && !/Min|Max/.test(name) && typeof value === 'number' && value > 1024,
    )
    .map(([name, value]): [string, string] => [String(value), `<${name}>`]);
  return [...ports, [Config.Version, '<version>']];
}
