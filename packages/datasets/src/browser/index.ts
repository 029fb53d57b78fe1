export * from "../exports.ts";
export { fashionMnist, kmnist, mnist } from "./mnist.ts";
