/** On the WAN a node is called `node.datacenter`: names are unique in a datacenter only. */
export const renderWANName = (node: string, datacenter: string): string => `${node}.${datacenter}`;

/** A node's name may hold dots, a datacenter's may not. @returns undefined when there is no datacenter in it */
export function parseWANName(name: string): { node: string; datacenter: string } | undefined {
  const dot = name.lastIndexOf('.');
  return dot < 1 || dot === name.length - 1
    ? undefined
    : { node: name.slice(0, dot), datacenter: name.slice(dot + 1) };
}
