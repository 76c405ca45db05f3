/** Rules of `mesh`. */
import type { Entry } from '../../../protocol/config-entries/kinds.ts';
import { RPCError, invalid } from '../../../protocol/errors.ts';
import { type KindRules, metaFaults, refuseFaults } from '../kind-rules.ts';
import { reapFaults } from './reap-policy.ts';
import { validateTLS } from './tls.ts';

type DirectionalTLS = NonNullable<NonNullable<Entry<'mesh'>['TLS']>['Incoming']>;

export const mesh: KindRules<'mesh'> = {
  validate(entry) {
    refuseFaults([...metaFaults(entry.Meta), ...reapFaults(entry.Meta)]);
    validateDirection('incoming', entry.TLS?.Incoming);
    validateDirection('outgoing', entry.TLS?.Outgoing);
    const normalization = entry.HTTP?.Incoming?.RequestNormalization ?? {};
    for (const [field, known] of Object.entries(ACTIONS)) {
      const action = normalization[field as keyof typeof ACTIONS] ?? '';
      if (action === '' || known.includes(action)) continue;
      throw invalid(
        'error in HTTP incoming request normalization configuration: ' +
          `no matching ${field} value found for ${action}, please specify one of [${known.join(', ')}]`,
      );
    }
  },
};

/** Envoy's own names. */
const ACTIONS = {
  PathWithEscapedSlashesAction: [
    'IMPLEMENTATION_SPECIFIC_DEFAULT',
    'KEEP_UNCHANGED',
    'REJECT_REQUEST',
    'UNESCAPE_AND_REDIRECT',
    'UNESCAPE_AND_FORWARD',
  ],
  HeadersWithUnderscoresAction: ['ALLOW', 'REJECT_REQUEST', 'DROP_HEADER'],
};

function validateDirection(name: string, tls: DirectionalTLS | undefined): void {
  if (tls === undefined) return;
  try {
    validateTLS({ min: tls.TLSMinVersion, max: tls.TLSMaxVersion, suites: tls.CipherSuites });
  } catch (error) {
    if (!(error instanceof RPCError)) throw error;
    throw invalid(`error in ${name} TLS configuration: ${error.message}`);
  }
}
