/// <reference types="node" />
export * from "../exports.ts";
export { fashionMnist, kmnist, mnist } from "./mnist.ts";
