/**
 * The rules of taste that a machine can keep, as a plugin of `deno lint`.
 *
 * @module
 */
import { bareError } from "./lint/bare_error.ts";
import { documentedExport } from "./lint/documented_export.ts";
import { errorMessage } from "./lint/error_message.ts";
import { importDirection } from "./lint/import_direction.ts";
import { parameterCount } from "./lint/parameter_count.ts";
import { privateField } from "./lint/private_field.ts";
import { size } from "./lint/size.ts";
import { topLevelArrow } from "./lint/top_level_arrow.ts";

const plugin: Deno.lint.Plugin = {
  name: "wap",
  rules: {
    "bare-error": bareError,
    "documented-export": documentedExport,
    "error-message": errorMessage,
    "import-direction": importDirection,
    "parameter-count": parameterCount,
    "private-field": privateField,
    "size": size,
    "top-level-arrow": topLevelArrow,
  },
};

export default plugin;
