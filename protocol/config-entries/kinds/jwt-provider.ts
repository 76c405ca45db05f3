/** An issuer of JWTs that intentions may ask for: its keys, and where requests carry its tokens. */
import { type Decoded, keep, keepInAPI, list, omit, pointer, struct, TEXTS } from '../shape.ts';
import { META } from './parts.ts';

const TRUSTED_CA = struct({
  Filename: omit('string'),
  EnvironmentVariable: omit('string'),
  InlineString: omit('string'),
  InlineBytes: omit('bytes'),
});

const TLS_CERTIFICATES = struct({
  CaCertificateProviderInstance: pointer(
    struct({ InstanceName: omit('string'), CertificateName: omit('string') }),
  ),
  TrustedCA: pointer(TRUSTED_CA),
});

const REMOTE = struct({
  URI: omit('string'),
  RequestTimeoutMs: omit('int'),
  CacheDuration: omit('duration'),
  FetchAsynchronously: omit('bool'),
  UseSNI: omit('bool'),
  RetryPolicy: pointer(
    struct({
      NumRetries: omit('int'),
      RetryPolicyBackOff: pointer(
        struct({ BaseInterval: omit('duration'), MaxInterval: omit('duration') }),
      ),
    }),
  ),
  JWKSCluster: pointer(
    struct({
      DiscoveryType: omit('string'),
      TLSCertificates: pointer(TLS_CERTIFICATES),
      ConnectTimeout: omit('duration'),
    }),
  ),
});

const LOCATION = struct({
  Header: pointer(
    struct({ Name: omit('string'), ValuePrefix: omit('string'), Forward: omit('bool') }),
  ),
  QueryParam: pointer(struct({ Name: omit('string') })),
  Cookie: pointer(struct({ Name: omit('string') })),
});

export const JWT_PROVIDER = struct({
  Kind: keep('string'),
  Name: omit('string'),
  JSONWebKeySet: pointer(
    struct({
      Local: pointer(struct({ JWKS: omit('string'), Filename: omit('string') })),
      Remote: pointer(REMOTE),
    }),
  ),
  Issuer: omit('string'),
  Audiences: omit(TEXTS),
  Locations: omit(list(LOCATION)),
  Forwarding: pointer(
    struct({ HeaderName: omit('string'), PadForwardPayloadHeader: keepInAPI('bool') }),
  ),
  ClockSkewSeconds: omit('int'),
  CacheConfig: pointer(struct({ Size: omit('int') })),
  ...META,
});

export type RemoteKeySet = Decoded<typeof REMOTE>;
export type TokenLocation = Decoded<typeof LOCATION>;
export type ClusterCertificates = Decoded<typeof TLS_CERTIFICATES>;
