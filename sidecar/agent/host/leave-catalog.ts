/** Takes this node out of the catalog when it leaves. */

/**
 * What a host's shutdown gives a link that is down to come back. A call waits longer for one, but a datacenter that is gone,
 * or was removed, would hold each of its hosts up that long.
 */
const WITHOUT_LINK_MS = 1_000;

/** @throws when the datacenter refuses it, or cannot be asked: then the node stands in its catalog until it is reaped */
export async function leaveCatalog(
  link: { readonly isConnected: boolean },
  deregister: () => Promise<void>,
): Promise<void> {
  if (link.isConnected) return deregister();
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<never>((_resolve, reject) => {
    const reason = 'the datacenter cannot be reached: this node stays in its catalog, as failed';
    timer = setTimeout(() => reject(new Error(reason)), WITHOUT_LINK_MS);
  });
  await Promise.race([deregister(), overdue]).finally(() => clearTimeout(timer));
}
