/** Bounds on schemas and on what applying one may cost: it happens within the turn of a write. */

/** Deepest nesting of a schema. */
export const MAX_SCHEMA_DEPTH = 64;
/** Deepest nesting of schemas while they are applied, of the value's own depth too; these bound the stack. */
export const MAX_NESTING = 512;
export const MAX_VALUE_DEPTH = 256;
/** Schemas applied and characters looked at for one value: some tens of milliseconds. */
export const MAX_STEPS = 2_000_000;
