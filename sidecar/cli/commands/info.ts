/** `info`: the agent's own figures, in sections. */
import { AGENT } from '../api-flags.ts';
import { defineCommand, orFail } from '../command.ts';

export const command = defineCommand({
  usage: 'info [options]',
  about: 'Prints figures of the agent, for those who look for a fault.',
  api: AGENT,
  flags: {},
  async run({ client, print }) {
    const self = await orFail(
      'Error querying agent',
      client.json<{ Stats?: Record<string, Record<string, unknown>> | null }>({
        path: '/v1/agent/self',
      }),
    );
    const sections = self.Stats ?? {};
    for (const section of Object.keys(sections).toSorted()) {
      print(`${section}:`);
      const figures = sections[section] ?? {};
      for (const name of Object.keys(figures).toSorted()) print(`\t${name} = ${figures[name]}`);
    }
  },
});
