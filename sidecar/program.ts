/** The program: its commands, of which `agent` and `dev` are more than a client. */
import type { CommandIO } from './cli/command-io.ts';
import { makeProcessIO } from './cli/process-io.ts';
import { type CommandEntry, CommandRegistry } from './cli/registry.ts';
import { runCommandLine } from './cli/run.ts';
import { commandServices } from './agent/host/command-services.ts';

const PROGRAM_COMMANDS: readonly CommandEntry[] = [
  {
    path: 'agent',
    synopsis: 'Runs a Lictor agent',
    load: async () => {
      const { agentFlagNames, renderAgentHelp, runAgent } = await import('./run-agent.ts');
      const run = (args: readonly string[], io: CommandIO): Promise<number> => runAgent(args, io);
      const flagNames = agentFlagNames();
      return { command: { flagNames, help: async () => renderAgentHelp(), run } };
    },
  },
  {
    path: 'dev',
    synopsis: 'Runs a datacenter and an agent for a developer, with state that is kept',
    load: async () => {
      const [{ DEV_HELP, runDev }, { agentFlagNames }] = await Promise.all([
        import('./run-dev.ts'),
        import('./run-agent.ts'),
      ]);
      const run = (args: readonly string[], io: CommandIO): Promise<number> => runDev(args, io);
      const flagNames = ['fresh', ...agentFlagNames()];
      return { command: { flagNames, help: async () => DEV_HELP, run } };
    },
  },
];

/** @param args without the program's own name. @returns the exit code */
export function runProgram(args: readonly string[]): Promise<number> {
  const registry = new CommandRegistry(PROGRAM_COMMANDS);
  return runCommandLine(args, makeProcessIO(commandServices), registry);
}
