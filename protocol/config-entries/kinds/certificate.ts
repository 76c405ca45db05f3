/** A certificate with its key, for the listeners of API gateways: as PEM in the entry, or as paths on the gateway's disk. */
import { keep, keepInAPI, struct } from '../shape.ts';
import { HEAD, META } from './parts.ts';

export const INLINE_CERTIFICATE = struct({
  ...HEAD,
  Certificate: keep('string'),
  PrivateKey: keep('string'),
  ...META,
});

export const FILE_SYSTEM_CERTIFICATE = struct({
  ...HEAD,
  Certificate: keepInAPI('string'),
  PrivateKey: keepInAPI('string'),
  ...META,
});
