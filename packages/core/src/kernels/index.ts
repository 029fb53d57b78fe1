// For packages that implement a backend: `@kindling/core/kernels`.
export * from "./checks.ts";
export * from "./dropout-mask.ts";
export * from "./fused-checks.ts";
export * from "./padding.ts";
export * from "./replace-kernels.ts";
