/**
 * Finds the command that the arguments name and runs it, or shows help.
 *
 * Exit codes as Consul's: 127 for no or an unknown command, 1 for a group without a command, 0 for help that was asked
 * for. Help that was asked for goes to stdout, every other to stderr.
 */
import type { CommandIO } from './command-io.ts';
import type { CommandEntry, CommandRegistry } from './registry.ts';

const UNKNOWN_COMMAND = 127;
const HELP_FLAGS = ['-h', '-help', '--help'];
const VERSION_FLAGS = ['-v', '-version', '--version'];

interface CommandLine {
  readonly entry: CommandEntry | undefined;
  readonly args: readonly string[];
  readonly wantsHelp: boolean;
  readonly wantsVersion: boolean;
  /** Flags before the command, which belong to nothing. */
  readonly strayFlags: boolean;
  readonly unknown: boolean;
}

/**
 * @param args without the program's own name
 * @returns the exit code; the caller lets pending output drain before it exits
 */
export async function runCommandLine(
  args: readonly string[],
  io: CommandIO,
  registry: CommandRegistry,
): Promise<number> {
  const { COMP_LINE: typed, COMP_POINT: cursor } = io.env;
  if (typed !== undefined) {
    const { completeLine } = await import('./completion.ts');
    const upToCursor = typed.slice(0, cursor === undefined ? undefined : Number(cursor));
    const candidates = await completeLine(upToCursor, registry);
    io.stdout.write(candidates.map((candidate) => `${candidate}\n`).join(''));
    return 0;
  }
  if (args.length === 1 && /^--?autocomplete-(un)?install$/.test(args[0]!)) {
    const { runInstallation } = await import('./completion-install.ts');
    return runInstallation(io, !args[0]!.endsWith('uninstall'));
  }
  const line = parseCommandLine(args, registry);
  if (line.wantsVersion) return run(registry.get('version')!, [], io);
  const { entry } = line;
  if (entry === undefined) {
    const asked = line.wantsHelp && !line.unknown;
    const { renderProgramHelp } = await import('./help.ts');
    const commands = registry.children('').map(({ path, synopsis }) => ({ name: path, synopsis }));
    (asked ? io.stdout : io.stderr).write(`${renderProgramHelp(commands)}\n`);
    return asked ? 0 : UNKNOWN_COMMAND;
  }
  if (line.wantsHelp) {
    io.stdout.write(`${await help(entry, registry)}\n`);
    return 0;
  }
  if (line.strayFlags) {
    const complaint =
      'Invalid flags before the subcommand. If these flags are for\nthe subcommand, please put them after the subcommand.';
    io.stderr.write(`${complaint}\n\n${await help(entry, registry)}\n`);
    return 1;
  }
  if (entry.load === undefined) {
    io.stderr.write(`${await help(entry, registry)}\n`);
    return 1;
  }
  return run(entry, line.args, io);
}

function parseCommandLine(args: readonly string[], registry: CommandRegistry): CommandLine {
  const plain = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  // A help flag counts wherever it stands before `--`, also behind a command that would pass it to a child.
  const wantsHelp = plain.some((argument) => HELP_FLAGS.includes(argument));
  const start = plain.findIndex((argument) => argument !== '' && !argument.startsWith('-'));
  const before = start < 0 ? plain : plain.slice(0, start);
  const wantsVersion = !wantsHelp && before.some((argument) => VERSION_FLAGS.includes(argument));
  const known = [...HELP_FLAGS, ...VERSION_FLAGS];
  const strayFlags = before.some((argument) => argument !== '' && !known.includes(argument));
  const match = start < 0 ? undefined : registry.find(args, start);
  return {
    entry: match?.entry,
    args: match === undefined ? [] : args.slice(match.end),
    wantsHelp,
    wantsVersion,
    strayFlags,
    unknown: start >= 0 && match === undefined,
  };
}

async function run(entry: CommandEntry, args: readonly string[], io: CommandIO): Promise<number> {
  const { command } = await entry.load!();
  return command.run(args, io);
}

async function help(entry: CommandEntry, registry: CommandRegistry): Promise<string> {
  if (entry.load !== undefined) return (await entry.load()).command.help();
  const [{ renderGroupHelp }, { describeGroup }] = await Promise.all([
    import('./help.ts'),
    import('./group-help.ts'),
  ]);
  const subcommands = registry
    .children(entry.path)
    .map(({ path, synopsis }) => ({ name: path.slice(entry.path.length + 1), synopsis }));
  return renderGroupHelp(
    entry.path,
    describeGroup(entry.path) ?? `${entry.synopsis}.`,
    subcommands,
  );
}
