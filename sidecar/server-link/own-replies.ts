/** What callers are told where the datacenter told nothing. */
import type { Reply } from '../../protocol/frames.ts';

/**
 * A frame that is lost with its connection this often is what breaks the connection: a datacenter that cannot commit
 * (a full disk) is reset by its platform without a word. More than a crash or a deploy can cost one frame.
 */
export const MAX_FRAME_ATTEMPTS = 5;

export const NO_LINK: Reply = { index: 0, body: 'No cluster leader', code: 'unavailable' };
export const STOPPED: Reply = { ...NO_LINK, body: 'the agent is shutting down' };
export const LOST_STATE: Reply = {
  index: 0,
  body: 'the datacenter was restored while the call was under way: whether it was applied is unknown',
  code: 'unavailable',
};
export const NOT_TAKEN: Reply = {
  index: 0,
  body:
    `the datacenter broke off ${MAX_FRAME_ATTEMPTS} times in a row instead of answering (is its disk full?): ` +
    'this call is not confirmed',
  code: 'unavailable',
};
export const TOO_OLD: Reply = {
  index: 0,
  body: 'the link was down for too long while the call was under way: whether it was applied is unknown',
  code: 'unavailable',
};
export const MALFORMED: Reply = {
  index: 0,
  body: 'the datacenter sent no reply for this call',
  code: 'internal',
};
export const OVERLOADED: Reply = {
  index: 0,
  body: 'too many calls wait for the datacenter; try again',
  code: 'overloaded',
};
