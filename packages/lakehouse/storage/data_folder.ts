/**
 * Where the data files of tables are.
 *
 * @module
 */
import { parseIdentifier, parseNamespace, type TableName } from "@wap/core";

/** The folder of all data files, from the lakehouse's folder. */
export const DATA_FOLDER = "data";

/** The folder of a table's data files, from the lakehouse's folder. Tables of one name that follow one another have folders of their own. */
export function locationOf(table: TableName, uuid: string): string {
  return `${DATA_FOLDER}/${parseNamespace(table.namespace)}/${parseIdentifier(table.name, "table name")}-${uuid}`;
}
