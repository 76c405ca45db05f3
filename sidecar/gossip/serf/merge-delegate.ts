import type { AliveDelegate, MergeDelegate } from '../delegates.ts';
import type { GossipNode, NodeState } from '../gossip-node.ts';
import type { Member } from './member.ts';
import { decodeTags } from './messages/tags.ts';
import type { MergeRule } from './serf-options.ts';
import { nameProblem } from './validate.ts';

/** Lets the owner's rule decide on whole pools that are joined, and on each node that is heard of. */
export class RuledMerge implements MergeDelegate, AliveDelegate {
  readonly #rule: MergeRule;
  readonly #validateNames: boolean;

  constructor(rule: MergeRule, validateNames: boolean) {
    this.#rule = rule;
    this.#validateNames = validateNames;
  }

  notifyMerge(
    nodes: readonly { readonly node: GossipNode; readonly state: NodeState }[],
  ): string | undefined {
    for (const { node } of nodes) {
      const problem = nameProblem(node.name, this.#validateNames);
      if (problem !== undefined) return problem;
    }
    return this.#rule(nodes.map(({ node, state }) => memberOf(node, state)));
  }

  notifyAlive(node: GossipNode): string | undefined {
    return this.notifyMerge([{ node, state: 'alive' }]);
  }
}

/** Its status is not known to Serf yet; only that it has left is. */
function memberOf(node: GossipNode, state: NodeState): Member {
  const { name, address, port, versions, meta } = node;
  const status = state === 'left' ? 'left' : 'none';
  return { name, address, port, versions, tags: decodeTags(meta), status };
}
