import { buildService } from './build/service-definition.ts';
import { reportServiceProblems } from './build/service-problems.ts';
import { Diagnostics } from './diagnostics.ts';
import { ConfigSources } from './sources.ts';
import type { ServiceDefinition } from '../../protocol/types/agent.ts';
import type { ConfigHost } from './config-host.ts';

/**
 * The services of some files, without the rest of an agent's configuration: what `services
 * register` and `services deregister` are given.
 *
 * @throws ConfigError
 */
export function loadServiceDefinitions(
  paths: readonly string[],
  cwd: string,
  host: ConfigHost,
): ServiceDefinition[] {
  const diagnostics = new Diagnostics();
  const configs = new ConfigSources(host, cwd, undefined, diagnostics).load(paths);
  const services = configs.flatMap((config) => config.services ?? []);
  services.forEach((service, index) => {
    reportServiceProblems(service, `services[${index}]`, diagnostics);
  });
  diagnostics.throwIfProblems();
  return services.map(buildService);
}
