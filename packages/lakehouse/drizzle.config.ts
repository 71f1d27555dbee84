/** Settings of drizzle-kit: where the catalog's schema is and where its migrations go. */
export default {
  dialect: "sqlite",
  schema: "./catalog/schema.ts",
  out: "./catalog/migrations",
};
