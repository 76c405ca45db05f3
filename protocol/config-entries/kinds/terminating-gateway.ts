/** The services outside the mesh that a terminating gateway stands for. */
import { keepInAPI, list, omit, struct } from '../shape.ts';
import { HEAD, META } from './parts.ts';

export const TERMINATING_GATEWAY = struct({
  ...HEAD,
  Services: keepInAPI(
    list(
      struct({
        Name: omit('string'),
        CAFile: omit('string'),
        CertFile: omit('string'),
        KeyFile: omit('string'),
        SNI: omit('string'),
        DisableAutoHostRewrite: omit('bool'),
      }),
    ),
  ),
  ...META,
});
