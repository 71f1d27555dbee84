/**
 * The contract of branches, tags and refs.
 *
 * @module
 */
import { AlreadyExistsError, HeadMovedError, NotFoundError, UsageError } from "@wap/core";
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { type ContractTests, NOTE } from "./world.ts";

const NAMES_THAT_ARE_NONE = ["", "a b", 'x"; drop table y', "it's", "../main", "a@b", "0".repeat(64)];

/** The contract of branches, tags and refs. */
export const refContract: ContractTests = {
  "a new lakehouse has the branch main with one commit and no tables": async ({ lakehouse }) => {
    const [main, ...others] = await lakehouse.listRefs();
    assertEquals([main?.name, main?.kind, others], ["main", "branch", []]);
    assertMatch(main!.hash, /^[0-9a-f]{64}$/);
    assertEquals((await Array.fromAsync(lakehouse.log("main"))).map((commit) => commit.parents), [[]]);
    assertEquals(await lakehouse.listTables("main"), []);
  },

  "createBranch() makes another name for a commit and copies nothing": async (world) => {
    await world.import({ from: await world.write("a.csv", "id", "1") });
    const branch = await world.lakehouse.createBranch("dev", { from: "main" });
    assertEquals(branch, { name: "dev", kind: "branch", hash: await world.lakehouse.resolve("main") });
    assertEquals(await world.trips("dev"), await world.trips("main"));
  },

  "createBranch() starts at a tag, at branch@hash and at a hash": async (world) => {
    const { lakehouse } = world;
    const { commit } = await world.import({ from: await world.write("a.csv", "id", "1") });
    await lakehouse.createTag("v1", { from: "main" });
    await world.import({ from: await world.write("b.csv", "id", "2") });
    const made = [];
    for (const [index, from] of ["v1", `main@${commit}`, commit].entries()) made.push(await lakehouse.createBranch(`b${index}`, { from }));
    assertEquals(made.map((branch) => branch.hash), [commit, commit, commit]);
  },

  "createBranch() refuses a name that is taken, and a ref that is not there": async ({ lakehouse }) => {
    await lakehouse.createBranch("dev", { from: "main" });
    await lakehouse.createTag("v1", { from: "main" });
    for (const name of ["dev", "v1", "main"]) await assertRejects(() => lakehouse.createBranch(name, { from: "main" }), AlreadyExistsError, name);
    await assertRejects(() => lakehouse.createBranch("other", { from: "nowhere" }), NotFoundError, "nowhere");
    await assertRejects(() => lakehouse.createBranch("other", { from: "0".repeat(64) }), NotFoundError);
    assertEquals(await lakehouse.findRef("other"), null);
  },

  "createBranch() and createTag() refuse names that are none": async (world) => {
    const before = await world.refs();
    for (const name of NAMES_THAT_ARE_NONE) {
      await assertRejects(() => world.lakehouse.createBranch(name, { from: "main" }), UsageError);
      await assertRejects(() => world.lakehouse.createTag(name, { from: "main" }), UsageError);
    }
    assertEquals(await world.refs(), before);
  },

  "createTag() names a commit for good": async (world) => {
    const { lakehouse } = world;
    await world.import({ from: await world.write("a.csv", "id", "1") });
    const tag = await lakehouse.createTag("v1", { from: "main" });
    assertEquals(tag, { name: "v1", kind: "tag", hash: await lakehouse.resolve("main") });
    await world.import({ from: await world.write("b.csv", "id", "2") });
    assertEquals(await lakehouse.findRef("v1"), tag);
    assertEquals(await world.ids("v1"), [1]);
    await assertRejects(() => lakehouse.createTag("v1", { from: "main" }), AlreadyExistsError);
    await assertRejects(() => lakehouse.createTag("v2", { from: "nowhere" }), NotFoundError);
  },

  "a tag is not written to": async (world) => {
    const from = [await world.write("a.csv", "id", "1")];
    await world.lakehouse.createTag("v1", { from: "main" });
    const plan = await world.lakehouse.planImport({ table: { namespace: "taxi", name: "trips" }, mode: "append", from }, { ref: "main" });
    await assertRejects(() => world.lakehouse.applyImport(plan, { branch: "v1", ...NOTE }), UsageError);
    await assertRejects(() => world.lakehouse.merge({ source: "main", target: "v1", ...NOTE }), UsageError);
  },

  "resolve() takes a branch, a tag, either with a hash of its history, and a hash": async (world) => {
    const { lakehouse } = world;
    const { commit: first } = await world.import({ from: await world.write("a.csv", "id", "1") });
    await lakehouse.createTag("v1", { from: "main" });
    const { commit: second } = await world.import({ from: await world.write("b.csv", "id", "2") });
    const refs = ["main", "v1", `main@${first}`, `main@${second}`, `v1@${first}`, first, second];
    assertEquals(await Promise.all(refs.map((ref) => lakehouse.resolve(ref))), [second, first, first, second, first, first, second]);
  },

  "resolve() does not find a ref or a hash that is not there, nor a hash outside the history it is asked in": async (world) => {
    const { lakehouse } = world;
    await lakehouse.createBranch("dev", { from: "main" });
    const { commit } = await world.import({ from: await world.write("a.csv", "id", "1"), branch: "dev" });
    for (const ref of ["nowhere", "0".repeat(64), `main@${commit}`, `nowhere@${commit}`]) {
      await assertRejects(() => lakehouse.resolve(ref), NotFoundError);
    }
    await assertRejects(() => lakehouse.resolve("main@abc"), UsageError);
  },

  "listRefs() sorts by name and takes a kind and a prefix, every character of which counts": async ({ lakehouse }) => {
    for (const name of ["wap_1", "wapX1", "b", "wap_0"]) await lakehouse.createBranch(name, { from: "main" });
    await lakehouse.createTag("wap_t", { from: "main" });
    const names = async (options?: Parameters<typeof lakehouse.listRefs>[0]) => (await lakehouse.listRefs(options)).map((ref) => ref.name);
    assertEquals(await names(), ["b", "main", "wapX1", "wap_0", "wap_1", "wap_t"]);
    assertEquals(await names({ prefix: "wap_" }), ["wap_0", "wap_1", "wap_t"]);
    assertEquals(await names({ prefix: "wap_", kind: "branch" }), ["wap_0", "wap_1"]);
    assertEquals(await names({ kind: "tag" }), ["wap_t"]);
    assertEquals(await names({ prefix: "nothing" }), []);
  },

  "findRef() answers null when there is no such branch or tag": async ({ lakehouse }) => {
    assertEquals(await lakehouse.findRef("nowhere"), null);
    assertEquals((await lakehouse.findRef("main"))?.kind, "branch");
  },

  "deleteBranch() answers whether there was one": async ({ lakehouse }) => {
    await lakehouse.createBranch("dev", { from: "main" });
    await lakehouse.createTag("v1", { from: "main" });
    assertEquals([await lakehouse.deleteBranch("dev"), await lakehouse.deleteBranch("dev"), await lakehouse.deleteBranch("v1")], [true, false, false]);
    assertEquals(await lakehouse.findRef("dev"), null);
  },

  "deleteBranch() refuses when the branch is not at the expected hash": async (world) => {
    const { lakehouse } = world;
    const { hash: seen } = await lakehouse.createBranch("dev", { from: "main" });
    const { commit: moved } = await world.import({ from: await world.write("a.csv", "id", "1"), branch: "dev" });
    const error = await assertRejects(() => lakehouse.deleteBranch("dev", { expectedHash: seen }), HeadMovedError);
    assertEquals([error.branch, error.expected, error.actual], ["dev", seen, moved]);
    assertEquals(await lakehouse.resolve("dev"), moved);
    assertEquals(await lakehouse.deleteBranch("dev", { expectedHash: moved }), true);
  },

  "deleteBranch() leaves main and other branches alone": async (world) => {
    const { lakehouse } = world;
    await lakehouse.createBranch("a", { from: "main" });
    await world.import({ from: await world.write("a.csv", "id", "1"), branch: "a" });
    await lakehouse.createBranch("b", { from: "a" });
    await lakehouse.deleteBranch("a");
    assertEquals(await world.ids("b"), [1]);
    await assertRejects(() => lakehouse.deleteBranch("main"), UsageError, "main");
    assertEquals((await lakehouse.findRef("main"))?.name, "main");
  },

  "deleteTag() answers whether there was one": async ({ lakehouse }) => {
    await lakehouse.createTag("v1", { from: "main" });
    assertEquals([await lakehouse.deleteTag("v1"), await lakehouse.deleteTag("v1"), await lakehouse.deleteTag("main")], [true, false, false]);
  },
};
