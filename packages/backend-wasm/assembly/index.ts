// The side module: pure functions over pointers into tfjs's own WebAssembly.Memory. It holds no data of
// its own (no strings, no statics, no allocation), so it can share that memory with the backend.
export * from "./activations";
