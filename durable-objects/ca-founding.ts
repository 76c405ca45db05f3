/** The certificate authority that a datacenter begins with, made once, when it is first constructed with Connect on. */
import { BUILTIN_PROVIDER } from '../protocol/ca-providers.ts';
import { canonicalJSON } from '../protocol/canonical-json.ts';
import { RPCError, invalid } from '../protocol/errors.ts';
import { isPrimary } from './acl-settings.ts';
import { makeSigner, toNewRoot, toSetup } from './ca/authority.ts';
import { INITIAL_CONFIG, storedSettings } from './ca/ca-settings.ts';
import { parseCertificate } from './ca/certificate.ts';
import { restoreKey } from './ca/private-key.ts';
import { requireProvider } from './ca/providers.ts';
import { clusterIDOf } from './connect-settings.ts';
import type { Storage } from './db/storage.ts';
import type { EndpointContext } from './endpoints/endpoint.ts';
import { foundCA, readCAConfig } from './state/ca.ts';
import { deleteMetaTxn, getMeta } from './state/meta.ts';

/** What the first versions kept of the root that they made. */
interface EarlierRoot {
  readonly certificatePEM: string;
  readonly privateKey: string;
}

/**
 * A configuration that is refused leaves the datacenter without an authority, and says so in its log; the rest of it works.
 *
 * @param uuid the datacenter's, which names the trust domain unless the configuration does
 */
export function foundAuthority(
  storage: Storage,
  context: Pick<EndpointContext, 'connect' | 'acl' | 'datacenter' | 'now'>,
  uuid: string,
): void {
  const { connect, acl, datacenter, now } = context;
  if (!connect.enabled || readCAConfig(storage.sql) !== undefined) return;
  // A secondary's comes from its primary.
  if (!isPrimary(acl, datacenter)) return;
  try {
    if (connect.config === null) throw invalid('its configuration is no JSON object');
    const clusterID = clusterIDOf(connect) ?? uuid;
    const config = canonicalJSON({ ...INITIAL_CONFIG, ...connect.config });
    const provider = connect.provider || BUILTIN_PROVIDER;
    requireProvider(provider);
    const settings = storedSettings(config);
    const signer = earlierSigner(storage) ?? makeSigner(clusterID, settings, now());
    foundCA(
      storage,
      toSetup(clusterID, provider, config, false, signer),
      toNewRoot(signer, clusterID),
    );
    storage.transactionSync(() => deleteMetaTxn(storage.sql, 'ca-root'));
  } catch (error) {
    if (!(error instanceof RPCError)) throw error;
    console.error('the certificate authority cannot begin:', error.message);
  }
}

function earlierSigner({ sql }: Storage): ReturnType<typeof makeSigner> | undefined {
  const text = getMeta(sql, 'ca-root');
  if (text === undefined) return undefined;
  const { certificatePEM, privateKey } = JSON.parse(text) as EarlierRoot;
  return { key: restoreKey(privateKey), certificate: parseCertificate(certificatePEM) };
}
