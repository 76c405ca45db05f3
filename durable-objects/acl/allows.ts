import { RPCError } from '../../protocol/errors.ts';

/** Whether a check of the authorizer passes. @throws whatever else the check throws than a refusal */
export function allows(check: () => void): boolean {
  try {
    check();
    return true;
  } catch (error) {
    if (error instanceof RPCError && error.code === 'forbidden') return false;
    throw error;
  }
}
