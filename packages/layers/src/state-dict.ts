import { ArgumentError } from "@kindling/core";
import { clone, dispose, type Tensor } from "@tensorflow/tfjs-core";
import { type HostTensor, permuted, type StateDict, upload } from "./host-tensor.ts";
import { namedStates, type State } from "./members.ts";
import type { AnyModule } from "./module.ts";
import { Parameter } from "./parameter.ts";

/** How strictly `loadStateDict` compares. */
export interface LoadOptions {
  /** Missing and unexpected keys are errors. @defaultValue true */
  strict?: boolean;
}

/** What did not match; both empty when `strict`. */
export interface LoadResult {
  /** Names that the module has and the state has not. */
  readonly missingKeys: readonly string[];
  /** Names that the state has and the module has not. */
  readonly unexpectedKeys: readonly string[];
}

/** Reads everything that is saved of `module`. */
export async function readState(module: AnyModule): Promise<StateDict> {
  const snapshots = saved(module).map(([name, state]) => ({ name, state, value: clone(state) }));
  try {
    return Object.fromEntries(
      await Promise.all(
        snapshots.map(async ({ name, state, value }) => [name, await read(state, value)] as const),
      ),
    );
  } finally {
    dispose(snapshots.map(({ value }) => value));
  }
}

async function read(
  { layout, shape, dtype, torchShape }: State,
  value: Tensor,
): Promise<HostTensor> {
  const values = await value.data();
  // A copy: a device may hand out the memory that it goes on using.
  const data = dtype === "int32" ? Int32Array.from(values) : Float32Array.from(values);
  return {
    shape: torchShape,
    dtype: dtype === "int32" ? "int32" : "float32",
    data: layout === null ? data : permuted(data, shape, layout),
  };
}

/** Checks everything, then changes everything. */
export function loadState(
  module: AnyModule,
  source: StateDict,
  { strict = true }: LoadOptions,
): LoadResult {
  const targets = new Map(saved(module));
  const missingKeys = [...targets.keys()].filter((name) => !Object.hasOwn(source, name));
  const unexpectedKeys = Object.keys(source).filter((name) => !targets.has(name));
  const matched = [...targets].flatMap(([name, state]) => {
    const value = Object.hasOwn(source, name) ? source[name] : undefined;
    return value === undefined ? [] : [{ name, state, value }];
  });
  const problems = matched.flatMap(({ name, state, value }) => mismatch(name, state, value));
  if (strict && unexpectedKeys.length > 0) {
    problems.unshift(`unexpected keys: ${unexpectedKeys.join(", ")}`);
  }
  if (strict && missingKeys.length > 0) problems.unshift(`missing keys: ${missingKeys.join(", ")}`);
  if (problems.length > 0) {
    throw new ArgumentError(
      `${module.constructor.name}.loadStateDict: expected the state of this module, got\n  ${problems.join("\n  ")}`,
    );
  }
  for (const { state, value } of matched) {
    const data =
      state.dtype === "int32" ? Int32Array.from(value.data) : Float32Array.from(value.data);
    const dtype = state.dtype === "int32" ? "int32" : "float32";
    const uploaded = upload({ shape: value.shape, dtype, data }, state.layout);
    state.assign(uploaded);
    uploaded.dispose();
  }
  return { missingKeys, unexpectedKeys };
}

function mismatch(name: string, { torchShape }: State, { shape, data }: HostTensor): string[] {
  const size = torchShape.reduce((a, b) => a * b, 1);
  if (shape.join() !== torchShape.join()) {
    return [`${name}: expected shape [${torchShape.join(", ")}], got [${shape.join(", ")}]`];
  }
  return data.length === size ? [] : [`${name}: expected ${size} values, got ${data.length}`];
}

function saved(module: AnyModule): [string, State][] {
  return [...namedStates(module, false)].filter(
    ([, state]) => state instanceof Parameter || state.persistent,
  );
}
