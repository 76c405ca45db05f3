/** Bounds on what a prepared query may cost. Consul has none of them. */

/** Longest text with `${ }` in one field, in UTF-16 units: rendered anew at each execution by name. */
export const MAX_TEMPLATE_CHARS = 16 * 1024;

/** Deepest nesting of expressions in a template. The parser recurses a few frames for each, so this bounds its stack. */
export const MAX_TEMPLATE_DEPTH = 128;
