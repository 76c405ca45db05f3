/** The migrations as data: what brings tables from any older schema to the present one. */

export interface Migration {
  readonly tag: string;
  readonly statements: readonly string[];
}

/** In the order in which they are applied. The version of a schema is the number of its migrations. */
export type SchemaHistory = readonly Migration[];

interface DrizzleMigrations {
  readonly journal: { readonly entries: readonly { readonly idx: number; readonly tag: string }[] };
  /** Texts by `m` and the number in four digits. */
  readonly migrations: Readonly<Record<string, string>>;
}

const BREAKPOINT = '--> statement-breakpoint';

export function toSchemaHistory({ journal, migrations }: DrizzleMigrations): SchemaHistory {
  return journal.entries.map(({ idx, tag }) => {
    const text = migrations[`m${String(idx).padStart(4, '0')}`];
    if (text === undefined) throw new Error(`the text of migration ${tag} is missing`);
    return { tag, statements: splitMigration(text) };
  });
}

export function splitMigration(text: string): string[] {
  return text.split(BREAKPOINT).filter((statement) => statement.trim() !== '');
}
