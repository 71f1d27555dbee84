/**
 * `wap/import-direction`: imports point one way, between members and between the rooms of `packages/core`.
 *
 * @module
 */
import { type Place, placeOf, resolvePlace } from "./place.ts";

/** The chain of members, lowest first: a member imports only from layers below its own. */
const MEMBER_LAYERS = [
  ["packages/core"],
  ["packages/bauplan-client", "packages/lakehouse"],
  ["apps/bauplan-local", "apps/server"],
  ["apps/cli"],
];

/** The chain of rooms inside `packages/core`, lowest first; the files beside `mod.ts` are the room "domain". */
const CORE_LAYERS = [["domain"], ["checks", "machine"], ["flows", "store"], ["engine"], ["crash"], ["mod.ts"]];

interface Fault {
  message: string;
  hint: string;
}

/** The rule; tests keep to the chain of members, and are free inside their own. */
export const importDirection: Deno.lint.Rule = {
  create(context) {
    const from = placeOf(context.filename);
    if (!from) return {};
    function check(source: Deno.lint.Node | null | undefined): void {
      if (source?.type !== "Literal" || typeof source.value !== "string") return;
      const fault = findFault(source.value, { from: from!, filename: context.filename });
      if (fault) context.report({ node: source, ...fault });
    }
    return {
      ImportDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      "TSImportType Literal": check,
    };
  },
};

function findFault(specifier: string, { from, filename }: { from: Place; filename: string }): Fault | null {
  if (specifier.startsWith("@wap/")) return findMemberFault(specifier, from);
  if (!specifier.startsWith(".")) return null;
  const to = resolvePlace(specifier, filename);
  if (to?.unit !== from.unit) {
    return {
      message: `Cannot import "${specifier}": it lies outside ${from.unit || "the root folder"}`,
      hint: 'Import another member by name, as in "@wap/core"',
    };
  }
  if (!from.isProduct) return null;
  if (/(?:^|\/)mod\.ts$/.test(to.path)) {
    return { message: `Cannot import "${specifier}": a mod.ts is the door for other members`, hint: "Import from the file that declares the name" };
  }
  return from.unit === "packages/core" ? findRoomFault(specifier, { from, to }) : null;
}

function findMemberFault(specifier: string, from: Place): Fault | null {
  if (!from.isMember || (from.isTest && isNamed(from.unit, specifier))) return null;
  const own = rankOf(from.unit, MEMBER_LAYERS);
  if (own === -1) return { message: `Cannot place ${from.unit} in the chain of members`, hint: "Add it to MEMBER_LAYERS in tools/lint/import_direction.ts" };
  const isBelow = MEMBER_LAYERS.slice(0, own).flat().some((unit) => isNamed(unit, specifier));
  return isBelow ? null : { message: `Cannot import "${specifier}" in ${from.unit}: it is not below it`, hint: `The chain is ${formatLayers(MEMBER_LAYERS)}` };
}

function findRoomFault(specifier: string, { from, to }: { from: Place; to: Place }): Fault | null {
  const [room, other] = [roomOf(from.path), roomOf(to.path)];
  if (room === other) return null;
  const [own, imported] = [rankOf(room, CORE_LAYERS), rankOf(other, CORE_LAYERS)];
  if (own === -1 || imported === -1) {
    const unknown = own === -1 ? room : other;
    return { message: `Cannot place the room "${unknown}" of packages/core`, hint: "Add it to CORE_LAYERS in tools/lint/import_direction.ts" };
  }
  if (imported < own) return null;
  return { message: `Cannot import "${specifier}" in the room "${room}": it is not below it`, hint: `The chain is ${formatLayers(CORE_LAYERS)}` };
}

function roomOf(path: string): string {
  if (path === "mod.ts") return path;
  return path.includes("/") ? path.slice(0, path.indexOf("/")) : "domain";
}

function rankOf(name: string, layers: string[][]): number {
  return layers.findIndex((layer) => layer.includes(name));
}

/** Whether a member is the one a specifier names: `packages/core` and `@wap/core/testing`. */
function isNamed(unit: string, specifier: string): boolean {
  return unit.slice(unit.indexOf("/") + 1) === specifier.split("/")[1];
}

function formatLayers(layers: string[][]): string {
  return layers.map((layer) => layer.join(", ")).join(" <- ");
}
