/** What gossip says while it works. The sidecar's Logger is one. */
export interface GossipLog {
  debug(text: string): void;
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
}
