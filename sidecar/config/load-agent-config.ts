import { BuildContext } from './build/build-context.ts';
import { buildAgentConfig } from './build/build-agent-config.ts';
import { Diagnostics } from './diagnostics.ts';
import { parseAgentFlags } from './flags.ts';
import { AGENT_KEYS } from './keys/agent-keys.ts';
import { mergeValues } from './merge.ts';
import { ConfigSources } from './sources.ts';
import type { LoadedAgentConfig } from './agent-config.ts';
import type { ConfigHost } from './config-host.ts';
import type { RawConfig } from './keys/agent-keys.ts';

export interface LoadOptions {
  /** The arguments of `lictor agent`, without the command. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative paths of flags and files start here. */
  readonly cwd: string;
  readonly host: ConfigHost;
}

/**
 * So that a token need not stand in a file or on the command line. Files and flags win over them.
 */
const ENVIRONMENT_KEYS: readonly (readonly [
  string,
  'edge_url' | 'edge_token' | 'edge_token_file',
])[] = [
  ['LICTOR_EDGE_URL', 'edge_url'],
  ['LICTOR_EDGE_TOKEN', 'edge_token'],
  ['LICTOR_EDGE_TOKEN_FILE', 'edge_token_file'],
];

/**
 * Reads flags, files and environment, merges them as Consul does, and checks the result.
 *
 * The order, later ones winning: environment, lists of flags, files in the order of their flags,
 * other flags, fragments of -hcl. A reload calls this again; `lictor validate` calls it and does
 * not start.
 *
 * @throws ConfigError with every problem found
 */
export function loadAgentConfig({ args, env, cwd, host }: LoadOptions): LoadedAgentConfig {
  const diagnostics = new Diagnostics();
  const flags = parseAgentFlags(args, diagnostics);
  const sources = new ConfigSources(host, cwd, flags.configFormat, diagnostics);
  const fragments = flags.hclFragments.flatMap(
    (text, index) => sources.decode({ name: `flags-${index}.hcl`, format: 'hcl', text }) ?? [],
  );
  const layers = [
    readEnvironment(env, diagnostics),
    flags.lists,
    ...sources.load(flags.configPaths),
    flags.values,
    ...fragments,
  ];
  // What could not be read would only bring consequent problems ("data_dir cannot be empty").
  diagnostics.throwIfProblems();
  const raw = layers.reduce((earlier, later) => {
    return mergeValues(AGENT_KEYS, earlier, later, diagnostics) as RawConfig;
  });
  const config = buildAgentConfig(new BuildContext(raw, flags.dev, cwd, host, diagnostics));
  diagnostics.throwIfProblems();
  return { config, configPaths: flags.configPaths, warnings: diagnostics.warnings };
}

function readEnvironment(env: LoadOptions['env'], diagnostics: Diagnostics): RawConfig {
  const config: RawConfig = {};
  for (const [variable, key] of ENVIRONMENT_KEYS) {
    const value = env[variable];
    if (value === undefined || value === '') continue;
    config[key] = value;
    diagnostics.setOrigin(config, key, { source: `environment ${variable}` });
  }
  return config;
}
