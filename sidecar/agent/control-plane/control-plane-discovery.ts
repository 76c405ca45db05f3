/**
 * Finds the datacenter's control plane by the tags of the LAN pool's members, so that an agent needs to know only whom to join.
 *
 * What a member says is not trusted: unless it runs on this host, it has to prove that it knows the gossip key.
 */
import type { Dial } from '../../server-link/link-transport.ts';
import type { Member } from '../../gossip/serf/member.ts';
import { type ProofPool, proveLink } from '../../lib/link-proof-exchange.ts';
import { CONTROL_PLANE_TAG, PROOF_TAG } from '../cluster/member-tags.ts';

export interface DiscoveryOptions {
  /** Those of the datacenter in question. */
  readonly members: readonly Member[];
  readonly datacenter: string;
  /** This host's own in the pool: who has it runs here. */
  readonly ownAddress: string;
  /** For a deployed Worker: gossip tells where it is, not how to open it. */
  readonly edgeToken: string;
  readonly linkSecrets: () => readonly Uint8Array[];
  /** The pool that the members are of, and the secrets. */
  readonly pool?: ProofPool;
}

/** @throws Error that says what is missing, until a member tells of a control plane */
export async function discoverControlPlane(options: DiscoveryOptions): Promise<Dial> {
  const { members, datacenter, ownAddress, edgeToken, linkSecrets } = options;
  const member = findControlPlaneMember(members);
  if (member === undefined) {
    throw new Error(
      'no member of the pool tells of a control plane yet: join one that has it (retry_join), or set edge_url',
    );
  }
  const url = member.tags[CONTROL_PLANE_TAG]!;
  const target = URL.canParse(url) ? new URL(url) : undefined;
  if (target === undefined || !['http:', 'https:'].includes(target.protocol)) {
    throw new Error(`${member.name} tells of a control plane at no usable URL`);
  }
  const secrets = linkSecrets();
  if (member.tags[PROOF_TAG] !== '1') {
    if (edgeToken === '') {
      throw new Error(
        `the control plane is deployed at ${url}: this agent needs edge_token to enter`,
      );
    }
    // Anybody may say anything in a pool without a key; with one, whoever says it knows the key.
    const isPrivate = target.protocol === 'https:' || isThisHost(ownAddress, target);
    if (secrets.length > 0 && isPrivate) {
      return { url, authorization: `Bearer ${edgeToken}`, datacenter };
    }
    throw new Error(
      `${member.name} tells of a control plane at ${url}, and edge_token goes to a learned URL only by https, and only when gossip is encrypted: set edge_url`,
    );
  }
  if (secrets.length > 0)
    return { url, authorization: await proveLink(url, secrets, options.pool) };
  // What counts is where the link would go: a member's address is only what it says of itself.
  if (isThisHost(ownAddress, target)) return { url, authorization: '' };
  throw new Error(
    `${member.name} at ${member.address} runs the control plane, and gossip is not encrypted: set the same \`encrypt\` key on all agents, so that both sides can prove who they are`,
  );
}

/** One that lives, the same for all agents. Servers come first: they are configured with the URL or run it. */
export function findControlPlaneMember(members: readonly Member[]): Member | undefined {
  return members
    .filter(({ status, tags }) => status === 'alive' && tags[CONTROL_PLANE_TAG] !== undefined)
    .toSorted((a, b) => rank(a) - rank(b))[0];
}

const rank = ({ tags }: Member): number => (tags['role'] === 'consul' ? 0 : 1);

function isThisHost(ownAddress: string, { hostname }: URL): boolean {
  const address = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return address === ownAddress || /^127(\.\d+){3}$/.test(address) || address === '::1';
}
