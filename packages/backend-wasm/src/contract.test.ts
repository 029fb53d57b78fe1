import { describeBackendContract } from "@kindling/testing";
import { wasm } from "./wasm.ts";

describeBackendContract(wasm());
