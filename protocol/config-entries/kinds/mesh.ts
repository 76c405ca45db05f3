/** What holds for the whole mesh. There is one entry, called `mesh`, and it has no name field. */
import { keep, keepInAPI, omit, pointer, struct } from '../shape.ts';
import { META, TLS_PARAMETERS } from './parts.ts';

const DIRECTIONAL_TLS = struct(TLS_PARAMETERS);

const REQUEST_NORMALIZATION = struct({
  InsecureDisablePathNormalization: keepInAPI('bool'),
  MergeSlashes: keepInAPI('bool'),
  PathWithEscapedSlashesAction: keepInAPI('string'),
  HeadersWithUnderscoresAction: keepInAPI('string'),
});

export const MESH = struct({
  Kind: keep('string'),
  TransparentProxy: keep(struct({ MeshDestinationsOnly: keep('bool') })),
  AllowEnablingPermissiveMutualTLS: omit('bool'),
  ValidateClusters: omit('bool'),
  TLS: pointer(struct({ Incoming: pointer(DIRECTIONAL_TLS), Outgoing: pointer(DIRECTIONAL_TLS) })),
  HTTP: pointer(
    struct({
      SanitizeXForwardedClientCert: keep('bool'),
      Incoming: pointer(struct({ RequestNormalization: pointer(REQUEST_NORMALIZATION) })),
    }),
  ),
  Peering: pointer(struct({ PeerThroughMeshGateways: keepInAPI('bool') })),
  ...META,
});
