import { env } from "@tensorflow/tfjs-core";

// Stops the cpu backend's advice to install another backend from filling the test output.
env().set("IS_TEST", true);
