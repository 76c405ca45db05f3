/** Which rights an entry needs: those on its service, on intentions, or on the mesh. */
import type { KindName } from '../../protocol/config-entries/kinds.ts';
import { forbidden } from '../../protocol/errors.ts';
import type { Authorizer } from '../acl/authorizer.ts';

type Right = 'all' | 'service' | 'intention' | 'mesh' | 'nobody';

const RIGHTS: Readonly<Record<KindName, { readonly read: Right; readonly write: Right }>> = {
  'service-defaults': { read: 'service', write: 'service' },
  'proxy-defaults': { read: 'all', write: 'mesh' },
  'service-router': { read: 'service', write: 'service' },
  'service-splitter': { read: 'service', write: 'service' },
  'service-resolver': { read: 'service', write: 'service' },
  'ingress-gateway': { read: 'service', write: 'mesh' },
  'terminating-gateway': { read: 'service', write: 'mesh' },
  'service-intentions': { read: 'intention', write: 'intention' },
  mesh: { read: 'all', write: 'mesh' },
  'exported-services': { read: 'mesh', write: 'mesh' },
  'sameness-group': { read: 'mesh', write: 'mesh' },
  'api-gateway': { read: 'service', write: 'mesh' },
  'bound-api-gateway': { read: 'service', write: 'nobody' },
  'http-route': { read: 'mesh', write: 'mesh' },
  'tcp-route': { read: 'mesh', write: 'mesh' },
  'file-system-certificate': { read: 'mesh', write: 'mesh' },
  'inline-certificate': { read: 'mesh', write: 'mesh' },
  'jwt-provider': { read: 'mesh', write: 'mesh' },
};

export function mayReadEntry(authorizer: Authorizer, kind: KindName, name: string): boolean {
  switch (RIGHTS[kind].read) {
    case 'service':
      return authorizer.serviceRead(name);
    case 'intention':
      return authorizer.intentionRead(name);
    case 'mesh':
      return authorizer.meshRead();
    case 'all':
      return true;
    case 'nobody':
      return false;
  }
}

/** @throws RPCError forbidden */
export function authorizeEntryRead(authorizer: Authorizer, kind: KindName, name: string): void {
  const { read } = RIGHTS[kind];
  if (read === 'nobody') throw forbidden('Permission denied');
  if (read === 'mesh') authorizer.require('mesh', 'read');
  else if (read !== 'all') authorizer.require(read, 'read', name);
}

/** @throws RPCError forbidden */
export function authorizeEntryWrite(authorizer: Authorizer, kind: KindName, name: string): void {
  const { write } = RIGHTS[kind];
  if (write === 'nobody') throw forbidden('Permission denied: only writeable by controller');
  if (write === 'service') authorizer.serviceWrite(name);
  else if (write === 'intention') authorizer.intentionWrite(name);
  else authorizer.meshWrite();
}
