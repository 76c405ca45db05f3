/** A pattern that does not parse, or that is larger than the limits allow. The message is Go's. */
export class RegexSyntaxError extends Error {
  /** @param code what is wrong, in Go's words @param excerpt the part of the pattern that is */
  constructor(code: string, excerpt: string) {
    super(`error parsing regexp: ${code}: \`${excerpt}\``);
    this.name = 'RegexSyntaxError';
  }
}

/** A match that used up `MATCH_STEP_RESERVE`. */
export class RegexBudgetError extends Error {
  constructor() {
    super('regular expression is too costly for the values it was applied to');
    this.name = 'RegexBudgetError';
  }
}
