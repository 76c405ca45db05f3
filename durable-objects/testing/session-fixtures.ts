/** Rows of the catalog that sessions hang on, put there without the catalog's own writers. */
import type { SQL } from '../db/storage.ts';

export function insertNode(sql: SQL, name: string): void {
  sql.exec(
    "INSERT INTO nodes (key, name, id, address, create_index, modify_index) VALUES (?, ?, '', '', 1, 1)",
    name.toLowerCase(),
    name,
  );
}

/** @param node its key */
export function insertCheck(sql: SQL, node: string, id: string, status: string): void {
  sql.exec(
    `INSERT INTO checks (node, key, id, service_key, service_id, name, status, notes, output, service_name,
       service_tags, type, interval, timeout, exposed_port, definition, create_index, modify_index)
     VALUES (?, ?, ?, '', '', '', ?, '', '', '', '[]', '', '', '', 0, '{}', 1, 1)`,
    node,
    id.toLowerCase(),
    id,
    status,
  );
}
