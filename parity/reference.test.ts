// On wasm, which takes about a minute.
import { activateBackend } from "@kindling/testing";
import { beforeAll } from "vitest";
import { describeReferenceProgram } from "./describe-reference.ts";

beforeAll(() => activateBackend("wasm"));

describeReferenceProgram();
