/** What the command line needs of the rest of the program; each part is loaded when a command asks for it. */
import type { CommandServices, ConfigurationServices } from './cli/command-io.ts';
import { VERSION } from './lib/version.ts';

export const commandServices: CommandServices = {
  version: { version: VERSION, revision: '', prerelease: '', buildDate: '1970-01-01T00:00:01Z' },
  configuration: loadConfigurationServices,
};

async function loadConfigurationServices(): Promise<ConfigurationServices> {
  const [
    { loadAgentConfig },
    { loadServiceDefinitions },
    { nodeConfigHost },
    { parseHCL },
    { toPlainValue },
  ] = await Promise.all([
    import('./config/load-agent-config.ts'),
    import('./config/load-service-definitions.ts'),
    import('./config/node-config-host.ts'),
    import('./config/hcl/hcl-parser.ts'),
    import('./config/value-tree.ts'),
  ]);
  return {
    validateConfiguration: async (paths, { format, cwd }) => {
      const args = paths.map((file) => `-config-file=${file}`);
      if (format !== undefined) args.push(`-config-format=${format}`);
      return loadAgentConfig({ args, env: {}, cwd, host: nodeConfigHost }).warnings;
    },
    readServiceFiles: async (paths, { cwd }) =>
      loadServiceDefinitions(paths, cwd, nodeConfigHost).map((service) => ({ ...service })),
    parseHCL: async (text) => toPlainValue(parseHCL(text)) as Record<string, unknown>,
  };
}
