/** The longest that a timer of Node takes: a delay is a signed 32-bit number, and beyond it fires at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1;
