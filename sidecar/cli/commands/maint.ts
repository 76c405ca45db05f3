/** `maint`: takes the node or a service out of service for a while, or shows what is out. */
import type { HealthCheck } from '../../../protocol/types/catalog.ts';
import {
  NODE_MAINTENANCE_CHECK_ID,
  SERVICE_MAINTENANCE_PREFIX,
} from '../../../protocol/types/catalog.ts';
import type { ConsulClient } from '../../client/http-client.ts';
import { AGENT } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';

export const command = defineCommand({
  usage: 'maint [options]',
  about: `Puts the node, or one service, into maintenance mode: a critical check is added,
so that DNS and health queries leave it out. The mode outlasts a restart of the
agent, until it is disabled. Without flags, prints what is in maintenance.

    $ lictor maint -enable -reason="disk swap"
    $ lictor maint -disable -service=web`,
  api: AGENT,
  flags: {
    disable: flag.bool('End maintenance mode.'),
    enable: flag.bool('Begin maintenance mode.'),
    reason: flag.text('Why; kept with the check.'),
    service: flag.text('ID of the service, in place of the whole node.'),
  },
  async run({ flags, client, print }) {
    const { enable, disable, reason, service } = flags;
    if (enable && disable) {
      throw new CommandError('Only one of -enable or -disable may be provided');
    }
    if (!enable && reason !== '') {
      throw new CommandError('Reason may only be provided with -enable');
    }
    if (!enable && !disable) {
      if (service !== '') throw new CommandError('Service requires either -enable or -disable');
      await show(client, print);
      return;
    }
    const path =
      service === ''
        ? '/v1/agent/maintenance'
        : `/v1/agent/service/maintenance/${encodeURIComponent(service)}`;
    const what = service === '' ? 'node' : 'service';
    const query = { enable: String(enable), reason: enable ? reason : undefined };
    await orFail(
      `Error ${enable ? 'enabling' : 'disabling'} ${what} maintenance`,
      client.request({ method: 'PUT', path, query }),
    );
    const state = `maintenance is now ${enable ? 'enabled' : 'disabled'}`;
    print(service === '' ? `Node ${state}` : `Service ${state} for ${JSON.stringify(service)}`);
  },
});

async function show(client: ConsulClient, print: (text: string) => void): Promise<void> {
  const self = await orFail(
    'Error querying Consul agent',
    client.json<{ Config: { NodeName: string } }>({ path: '/v1/agent/self' }),
  );
  const checks = await orFail(
    'Error getting checks',
    client.json<Record<string, HealthCheck>>({ path: '/v1/agent/checks' }),
  );
  for (const check of Object.values(checks)) {
    if (check.CheckID === NODE_MAINTENANCE_CHECK_ID) {
      print(`Node:\n  Name:   ${self.Config.NodeName}\n  Reason: ${check.Notes}\n`);
    } else if (check.CheckID.startsWith(SERVICE_MAINTENANCE_PREFIX)) {
      print(`Service:\n  ID:     ${check.ServiceID}\n  Reason: ${check.Notes}\n`);
    }
  }
}
