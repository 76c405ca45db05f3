/** What a datacenter tells of its judgement on who lives. Consul has nothing like it. */
export interface LivenessStatus {
  /** Nodes whose link is down: members of the gossip pool are asked whether they can reach them. Never null. */
  Doubted: string[];
  /** Null while no brake on mass failures is configured. */
  Brake: MassFailureBrake | null;
}

export interface MassFailureBrake {
  /** True while nodes are held: further ones that fail are held as well. */
  Engaged: boolean;
  /** The part of all nodes with an agent, 0 to 1, that may fail within the window. */
  Share: number;
  WindowMs: number;
  /** Nodes that would be critical without the brake, and are left passing. Never null. */
  Held: string[];
}
