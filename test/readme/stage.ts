import fs from 'node:fs';
import path from 'node:path';
import { type LictorProcesses, ROOT } from '../support/lictor-process.ts';
import { Player } from './play.ts';

export const README = fs.readFileSync(path.join(ROOT, 'README.md'), 'utf8');

/**
 * A player on an agent that was started as `npm start -- -config-dir=services.d` starts it.
 *
 * Only its ports are others (8500 and 8600 may be taken), and its name, which would else be this machine's.
 *
 * @param programs directories to look in before PATH
 */
export async function startStage(
  processes: LictorProcesses,
  programs: readonly string[] = [],
): Promise<Player> {
  const directory = processes.temporaryDirectory();
  fs.mkdirSync(path.join(directory, 'services.d'));
  const agent = await processes.start('dev', ['-config-dir=services.d', '-node=my-host'], {
    cwd: directory,
  });
  const player = new Player({
    directory,
    ports: agent.ports,
    programs: [...programs, path.join(ROOT, 'bin')],
  });
  processes.defer(() => player.stop());
  return player;
}
