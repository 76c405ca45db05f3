/** Commands that exist in Consul and do nothing here: users deserve to hear why. */
import type { CommandModule } from './command.ts';
import { PROGRAM } from './program.ts';
import type { CommandEntry } from './registry.ts';

/** @param reason a sentence */
export function unavailable(path: string, synopsis: string, reason: string): CommandEntry {
  const command: CommandModule = {
    flagNames: [],
    help: async () => {
      const { renderCommandHelp, wrap } = await import('./help.ts');
      const about = `${synopsis}.\n\n${wrap(reason)}`;
      return renderCommandHelp({ usage: path, about, flags: {}, api: {} });
    },
    run: async (_args, io) => {
      io.stderr.write(`${PROGRAM} ${path}: ${reason}\n`);
      return 1;
    },
  };
  return { path, synopsis, load: async () => ({ command }) };
}

/** Will come in a later version. */
export function notBuiltYet(path: string, synopsis: string): CommandEntry {
  return unavailable(path, synopsis, `It is not built yet in this version of Lictor.`);
}
