import { MemoryLakehouse } from "../support/memory_lakehouse.ts";
import { testLakehouse } from "./lakehouse_contract.ts";

testLakehouse("memory", () => MemoryLakehouse.open());
