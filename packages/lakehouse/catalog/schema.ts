/**
 * The catalog's tables in SQLite. Only this room's stores read them; migrations are generated from this file.
 *
 * @module
 */
import { type AnySQLiteColumn, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Immutable values by the hash of their content: nodes of trees, states of tables. */
export const objects = sqliteTable("objects", {
  hash: text("hash").primaryKey(),
  body: text("body").notNull(),
});

/** Commits in the order they were made: a commit's number is greater than those of its parents, so walking down the numbers is walking back in history. */
export const commits = sqliteTable("commits", {
  seq: integer("seq").primaryKey(),
  hash: text("hash").notNull().unique(),
  firstParent: integer("first_parent").references((): AnySQLiteColumn => commits.seq),
  secondParent: integer("second_parent").references((): AnySQLiteColumn => commits.seq),
  tree: text("tree").notNull().references(() => objects.hash),
  message: text("message").notNull(),
  author: text("author").notNull(),
  committedAt: text("committed_at").notNull(),
  properties: text("properties").notNull(),
});

/** Branches and tags, which share one set of names. */
export const refs = sqliteTable("refs", {
  name: text("name").primaryKey(),
  kind: text("kind", { enum: ["branch", "tag"] }).notNull(),
  hash: text("hash").notNull().references(() => commits.hash),
});
