/** A line of the method table: what a call takes and answers. */
export interface Method<Kind extends 'read' | 'write', Args, Reply> {
  kind: Kind;
  args: Args;
  reply: Reply;
}
