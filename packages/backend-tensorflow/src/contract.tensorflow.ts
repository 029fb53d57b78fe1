import { describeBackendContract } from "@kindling/testing";
import { DEVICE } from "./device-of-tests.ts";
import { tensorflow } from "./tensorflow.ts";

describeBackendContract(tensorflow({ device: DEVICE }));
