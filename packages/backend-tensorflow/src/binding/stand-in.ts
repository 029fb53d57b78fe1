/// <reference types="node" />
// tfjs-node's kernels import all of `@tensorflow/tfjs`: a second copy of tfjs-core, the layers, two more backends,
// and tfjs's own gradients, which would overwrite Kindling's. All they use of it is in tfjs-core, so while they load
// they get the copy that this program has.
import type { createRequire } from "node:module";
import * as core from "@tensorflow/tfjs-core";

type Require = ReturnType<typeof createRequire>;
type CachedModule = NonNullable<Require["cache"][string]>;

/** Runs `load` with this program's tfjs-core in place of `@tensorflow/tfjs`, unless that is loaded already. */
export function withCoreAsTfjs<T>(require: Require, load: () => T): T {
  const exports = { ...core, KernelBackend: callableBase() };
  const placed = new Map<string, CachedModule>();
  for (const name of ["@tensorflow/tfjs", "@tensorflow/tfjs-core"]) {
    const path = require.resolve(name);
    if (require.cache[path] !== undefined) continue;
    const standIn = { id: path, filename: path, loaded: true, exports, children: [], paths: [] };
    placed.set(path, standIn as unknown as CachedModule);
    require.cache[path] = placed.get(path);
  }
  try {
    return load();
  } finally {
    // Whoever asks for tfjs later gets the real one.
    for (const [path, standIn] of placed) {
      if (require.cache[path] === standIn) delete require.cache[path];
    }
  }
}

// tfjs-node's compiled classes call their base without `new`, which classes proper do not allow.
function callableBase(): object {
  function Base(): void {}
  Base.prototype = core.KernelBackend.prototype;
  return Base;
}
