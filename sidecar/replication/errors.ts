/** The source has so little that it may be the wrong one: an operator has to say that it is right. */
export class SuspiciousSourceError extends Error {}

/** What was known of source or follower is void: everything begins again, at once. */
export class StartOverError extends Error {}
