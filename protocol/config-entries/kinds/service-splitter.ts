/** Which share of a service's requests goes where. */
import { type Decoded, keep, keepInAPI, list, omit, pointer, struct } from '../shape.ts';
import { HEAD, HEADER_MODIFIERS, META } from './parts.ts';

export const SERVICE_SPLIT = struct({
  Weight: keep('float32'),
  Service: omit('string'),
  ServiceSubset: omit('string'),
  Namespace: omit('string'),
  Partition: omit('string'),
  RequestHeaders: pointer(HEADER_MODIFIERS),
  ResponseHeaders: pointer(HEADER_MODIFIERS),
});
export type ServiceSplit = Decoded<typeof SERVICE_SPLIT>;

export const SERVICE_SPLITTER = struct({
  ...HEAD,
  Splits: keepInAPI(list(SERVICE_SPLIT)),
  ...META,
});
