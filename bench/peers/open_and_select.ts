/**
 * The least a program can do that lists runs: open the store through Drizzle and select.
 *
 * @module
 */
import Database from "better-sqlite3";
import { desc } from "drizzle-orm";
import { drizzle } from "drizzle-orm/better-sqlite3";
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

const runs = sqliteTable("runs", { id: text().primaryKey(), createdAt: integer("created_at") });
const database = new Database(Deno.args[0]!);
console.log(JSON.stringify(drizzle(database).select().from(runs).orderBy(desc(runs.createdAt)).limit(20).all()));
database.close();
