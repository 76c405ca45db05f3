/** What the command line needs of the rest of the program; each part is loaded when a command asks for it. */
import type { CheckDefinition, ServiceDefinition } from '../../../protocol/types/agent.ts';
import type {
  CommandServices,
  ConfigurationServices,
  ServiceRegistration,
} from '../../cli/command-io.ts';
import { VERSION } from '../../lib/version.ts';

export const commandServices: CommandServices = {
  version: { version: VERSION, revision: '', prerelease: '', buildDate: '1970-01-01T00:00:01Z' },
  configuration: loadConfigurationServices,
  meshProxy: async () => (await import('./mesh-proxy-services.ts')).meshProxyServices,
};

/** A definition as the HTTP API takes it: there a check inside a service is named by CheckID, and has no token. */
function toRegistration({ Check, Checks, ...service }: ServiceDefinition): ServiceRegistration {
  const registration: Record<string, unknown> = { ...service };
  if (Check !== undefined) registration.Check = toRegistrationCheck(Check);
  if (Checks !== undefined) registration.Checks = Checks.map(toRegistrationCheck);
  return registration;
}

function toRegistrationCheck({
  ID,
  Token: _token,
  ...check
}: CheckDefinition): Record<string, unknown> {
  return ID === undefined ? check : { ...check, CheckID: ID };
}

async function loadConfigurationServices(): Promise<ConfigurationServices> {
  const [
    { loadAgentConfig },
    { loadServiceDefinitions },
    { nodeConfigHost },
    { parseHCL },
    { toPlainValue },
  ] = await Promise.all([
    import('../../config/load-agent-config.ts'),
    import('../../config/load-service-definitions.ts'),
    import('../../config/node-config-host.ts'),
    import('../../../protocol/hcl/hcl-parser.ts'),
    import('../../../protocol/hcl/value-tree.ts'),
  ]);
  return {
    validateConfiguration: async (paths, { format, cwd }) => {
      const args = paths.map((file) => `-config-file=${file}`);
      if (format !== undefined) args.push(`-config-format=${format}`);
      return loadAgentConfig({ args, env: {}, cwd, host: nodeConfigHost }).warnings;
    },
    readServiceFiles: async (paths, { cwd }) =>
      loadServiceDefinitions(paths, cwd, nodeConfigHost).map(toRegistration),
    parseHCL: async (text) =>
      (text.trimStart().startsWith('{')
        ? JSON.parse(text)
        : toPlainValue(parseHCL(text))) as Record<string, unknown>,
  };
}
