/**
 * The types of options that several kinds share, as zod reads them.
 *
 * @module
 */
import * as z from "zod";
import { predicateFault, queryFault } from "./user_sql.ts";

/** Text that goes into SQL, as a name or as a value: SQL has no way to write NUL. */
export const sqlTextOption: z.ZodType<string, string> = z.string().refine((text) => !text.includes("\0"), { error: "it contains a NUL character" });

/** An SQL predicate. */
export const predicateOption: z.ZodType<string, string> = z.string().superRefine((sql, context) => {
  const fault = predicateFault(sql);
  if (fault !== null) context.addIssue({ code: "custom", message: `cannot be used as SQL predicate: ${fault}` });
});

/** An SQL query. */
export const queryOption: z.ZodType<string, string> = z.string().superRefine((sql, context) => {
  const fault = queryFault(sql);
  if (fault !== null) context.addIssue({ code: "custom", message: `cannot be used as SQL query: ${fault}` });
});
