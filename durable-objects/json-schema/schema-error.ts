/** The schema itself is not acceptable. The message says where in it, as a JSON pointer. */
export class SchemaError extends Error {
  constructor(pointer: string, reason: string) {
    super(`${pointer === '' ? 'the schema' : pointer} ${reason}`);
    this.name = 'SchemaError';
  }
}

/** Applying the schema to a value costs more than it may. */
export class SchemaBudgetError extends Error {
  constructor() {
    super('takes too long to check');
    this.name = 'SchemaBudgetError';
  }
}
