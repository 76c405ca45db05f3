/** A job of `exec` as its caller holds it: session, specification, event; all of it goes again at the end. */
import { renderDuration } from '../../../protocol/duration.ts';
import {
  REMOTE_EXEC_EVENT,
  type RemoteExecJob,
  type RemoteExecPlace,
  jobKey,
} from '../../../protocol/remote-exec.ts';
import type { ConsulClient } from '../../client/http-client.ts';
import { deletePair, putPair } from '../../client/kv.ts';
import { SessionRenewal, destroySession } from '../../client/sessions.ts';
import { CommandError, orFail } from '../command.ts';

const SESSION_TTL_MS = 15_000;

/** Regular expressions that choose the nodes; '' is everything. */
export interface EventFilters {
  readonly node: string;
  readonly service: string;
  readonly tag: string;
}

interface AgentSelf {
  readonly Config: { readonly NodeName: string; readonly Datacenter: string };
}

export class RemoteJob {
  readonly place: RemoteExecPlace;
  readonly #client: ConsulClient;
  readonly #renewal: SessionRenewal;

  private constructor(client: ConsulClient, place: RemoteExecPlace) {
    this.#client = client;
    this.place = place;
    this.#renewal = new SessionRenewal(client, place.session, SESSION_TTL_MS);
  }

  /** Makes the session under which the job and all answers lie. Throws CommandError. */
  static async open(client: ConsulClient, prefix: string): Promise<RemoteJob> {
    const self = await orFail(
      'Error querying Consul agent',
      client.json<AgentSelf>({ path: '/v1/agent/self' }),
    );
    const session = await orFail('Failed to create session', createSession(client, self));
    return new RemoteJob(client, { prefix, session });
  }

  async upload(job: RemoteExecJob): Promise<void> {
    const { session } = this.place;
    const stored = await orFail(
      'Failed to create job file',
      putPair(this.#client, jobKey(this.place), JSON.stringify(job), { acquire: session }),
    );
    if (!stored) throw new CommandError('Failed to create job file: the key is locked');
  }

  /** @returns the event's ID */
  async fire(filters: EventFilters): Promise<string> {
    const { prefix, session } = this.place;
    const event = await orFail(
      'Failed to fire event',
      this.#client.json<{ ID: string }>({
        method: 'PUT',
        path: `/v1/event/fire/${REMOTE_EXEC_EVENT}`,
        query: {
          node: filters.node || undefined,
          service: filters.service || undefined,
          tag: filters.tag || undefined,
        },
        body: JSON.stringify({ Prefix: prefix, Session: session }),
      }),
    );
    return event.ID;
  }

  /** The session first: after its end no agent can write what would stay behind. */
  async close(): Promise<void> {
    this.#renewal.stop();
    const { prefix, session } = this.place;
    await orFail('Failed to destroy session', destroySession(this.#client, session));
    await orFail(
      'Failed to cleanup job data',
      deletePair(this.#client, `${prefix}/${session}`, { recurse: true }),
    );
  }
}

/** In another datacenter the session needs a node there that lives: this agent's node is none of it. */
async function createSession(client: ConsulClient, { Config }: AgentSelf): Promise<string> {
  const { datacenter } = client.config;
  const session: Record<string, string> = {
    Behavior: 'delete',
    Name: 'Remote Exec',
    TTL: renderDuration(SESSION_TTL_MS),
  };
  if (datacenter !== '' && datacenter !== Config.Datacenter) {
    session['Name'] = `Remote Exec via ${Config.NodeName}@${Config.Datacenter}`;
    session['Node'] = await findLivingNode(client);
  }
  const { ID } = await client.json<{ ID: string }>({
    method: 'PUT',
    path: '/v1/session/create',
    body: JSON.stringify(session),
  });
  return ID;
}

async function findLivingNode(client: ConsulClient): Promise<string> {
  const instances = await client.json<{ Node: { Node: string } }[]>({
    path: '/v1/health/service/consul',
    query: { passing: '1' },
  });
  const [first] = instances;
  if (first === undefined) throw new Error('no server of that datacenter is healthy');
  return first.Node.Node;
}
