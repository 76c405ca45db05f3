/** `version`: of the program; it asks no agent. */
import { CONSUL_COMPATIBILITY } from '../../../protocol/compatibility.ts';
import { CommandError, defineCommand } from '../command.ts';
import { flag } from '../flags.ts';

/** Serf's protocol versions, which decide who may gossip with whom. */
const PROTOCOL = { Default: 2, Min: 2, Max: 3 };

export const command = defineCommand({
  usage: 'version [options]',
  about: 'Prints the version of this program.',
  flags: { format: flag.text('pretty or json.', 'string', 'pretty') },
  async run({ flags, io, print }) {
    const { version, revision, prerelease, buildDate } = io.services.version;
    if (flags.format === 'json') {
      // Programs read this to know what the API can do, and expect of the catalog's nodes the same version.
      const facts = { Version: CONSUL_COMPATIBILITY, Revision: revision, Prerelease: prerelease };
      const own = { BuildDate: buildDate, RPC: PROTOCOL, Lictor: version };
      print(JSON.stringify({ ...facts, ...own }, null, 3));
      return;
    }
    if (flags.format !== 'pretty') throw new CommandError(`Unknown format: ${flags.format}`);
    print(`Lictor v${version}${prerelease === '' ? '' : `-${prerelease}`}`);
    if (revision !== '') print(`Revision ${revision}`);
    print(`Build Date ${buildDate}`);
    const { Default, Min, Max } = PROTOCOL;
    const above = `agent will automatically use protocol >${Default} when speaking to compatible agents`;
    print(`Protocol ${Default} spoken by default, understands ${Min} to ${Max} (${above})\n`);
  },
});
