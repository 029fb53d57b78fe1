import { env } from "@tensorflow/tfjs-core";

// Stops the cpu backend's advice to install another backend from filling the test output. (IS_TEST would
// too, but it also takes what an op with its own gradient saves for a leak.)
env().set("PROD", true);
