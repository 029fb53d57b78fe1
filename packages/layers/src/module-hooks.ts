// torch.nn.Module's forward hooks. `forward` is called as it is, `module.forward(x)`, not through a `call`
// that could look for hooks: so a hooked module gets a `forward` of its own that hides the method, and loses
// it with its last hook. A module without hooks costs nothing: no field, no check.
import { ArgumentError } from "@kindling/core";
import { type Tensor, tensor_util, tidy } from "@tensorflow/tfjs-core";
import type { AnyModule, OutputOf } from "./module.ts";

/** The inputs of a module's `forward`, as hooks get them: a list, also of one. */
export type HookInputs<M extends AnyModule> =
  // `forward` of any module takes `never`, which says nothing about what it got.
  Parameters<M["forward"]> extends infer P ? ([P] extends [never] ? readonly unknown[] : P) : never;

/**
 * Called before a module's `forward`, with its inputs as a list; what it returns replaces them.
 *
 * It runs in a `tidy`: keep a clone of a tensor that is to outlive the call.
 */
export type ForwardPreHook<M extends AnyModule> = (
  module: M,
  inputs: HookInputs<M>,
  // `[never]` has the compiler read `[x]` as a tuple, and lets nothing more in.
  // biome-ignore lint/suspicious/noConfusingVoidType: a hook that returns nothing is the usual one.
) => HookInputs<M> | readonly [never] | undefined | void;

/**
 * Called after a module's `forward`, with its inputs as a list and its output; what it returns replaces the
 * output.
 *
 * It runs in a `tidy`: keep a clone of a tensor that is to outlive the call.
 */
export type ForwardHook<M extends AnyModule> = (
  module: M,
  inputs: HookInputs<M>,
  output: OutputOf<M>,
  // biome-ignore lint/suspicious/noConfusingVoidType: a hook that returns nothing is the usual one.
) => OutputOf<M> | undefined | void;

/** A hook's registration. */
export interface HookHandle {
  /** Takes the hook off; may be called twice. */
  readonly remove: () => void;
}

type AnyFunction = (...values: never[]) => unknown;

/** The hooks of one module, in the order in which they were registered. */
interface Hooked {
  readonly before: Set<{ readonly hook: AnyFunction }>;
  readonly after: Set<{ readonly hook: AnyFunction }>;
  readonly unwrap: () => void;
}

// Beside the modules and not in them, where their fields would be looked through for parts.
const hookedModules = new WeakMap<AnyModule, Hooked>();

/** @param hook - called with values of the module's types, which its caller's signature has checked. */
export function addHook(
  module: AnyModule,
  when: "before" | "after",
  hook: (...values: never[]) => unknown,
): HookHandle {
  const hooked = hookedModules.get(module) ?? wrap(module);
  // An object each, so that a function registered twice is called twice, as torch does.
  const entry = { hook };
  hooked[when].add(entry);
  return {
    remove() {
      hooked[when].delete(entry);
      if (hooked.before.size + hooked.after.size > 0) return;
      if (hookedModules.get(module) !== hooked) return;
      hookedModules.delete(module);
      hooked.unwrap();
    },
  };
}

function wrap(module: AnyModule): Hooked {
  const own = Object.getOwnPropertyDescriptor(module, "forward");
  const original = module.forward as (...inputs: unknown[]) => unknown;
  const forward = (...given: unknown[]): unknown =>
    // What is replaced is freed, as everything that a hook makes and does not keep.
    tidied(() => {
      let inputs: readonly unknown[] = given;
      for (const { hook } of [...hooked.before]) {
        const replaced = call(module, hook, "registerForwardPreHook", [module, inputs]);
        if (replaced === undefined) continue;
        if (!Array.isArray(replaced)) {
          throw new ArgumentError(
            `registerForwardPreHook: expected the hook of ${module.constructor.name} to return a list of inputs or nothing, got ${describe(replaced)}; return [x]`,
          );
        }
        inputs = replaced;
      }
      let output = original.apply(module, [...inputs]);
      for (const { hook } of [...hooked.after]) {
        const arguments_ = [module, inputs, output];
        const replaced = call(module, hook, "registerForwardHook", arguments_);
        if (replaced !== undefined) output = replaced;
      }
      return output;
    });
  const hooked: Hooked = {
    before: new Set(),
    after: new Set(),
    unwrap() {
      // Something else may have wrapped it since; without hooks this one just passes the call on.
      if (module.forward !== forward) return;
      if (own === undefined) Reflect.deleteProperty(module, "forward");
      else Object.defineProperty(module, "forward", own);
    },
  };
  Object.defineProperty(module, "forward", { configurable: true, writable: true, value: forward });
  hookedModules.set(module, hooked);
  return hooked;
}

function call(
  { constructor: { name } }: AnyModule,
  hook: AnyFunction,
  where: string,
  values: readonly unknown[],
): unknown {
  const result = (hook as (...all: readonly unknown[]) => unknown)(...values);
  if (result instanceof Promise) {
    throw new ArgumentError(
      `${where}: expected the hook of ${name} to return at once, got a promise; keep a clone and read it later`,
    );
  }
  return result;
}

/** `tidy` for results of any kind, such as the objects of classes. */
function tidied(f: () => unknown): unknown {
  let result: unknown;
  tidy(() => {
    result = f();
    return tensor_util.getTensorsInContainer(result as Tensor[]);
  });
  return result;
}

function describe(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  return `a ${value.constructor?.name ?? "object"}`;
}
