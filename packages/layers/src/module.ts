import type { Tensor } from "@tensorflow/tfjs-core";
import { Buffer } from "./buffer.ts";
import type { StateDict } from "./host-tensor.ts";
import { inspectAs } from "./inspect.ts";
import { kindOf } from "./kind.ts";
import { membersOf, namedStates, walk } from "./members.ts";
import { addHook, type ForwardHook, type ForwardPreHook, type HookHandle } from "./module-hooks.ts";
import { Parameter } from "./parameter.ts";
import { print } from "./print.ts";
import { type LoadOptions, type LoadResult, loadState, readState } from "./state-dict.ts";

/** The parameters of `forward`: a tuple stays one, anything else is the only input. */
export type Inputs<In> = In extends readonly unknown[] ? In : [In];

/** A module of any inputs and output. */
export type AnyModule = Module<never, unknown>;

/** What a module takes: its input, or a tuple of them. */
export type InputOf<M> = M extends { forward(...inputs: infer P): unknown }
  ? P extends [infer In]
    ? In
    : P
  : never;

/** What a module returns. */
export type OutputOf<M> = M extends { forward(...inputs: never): infer Out } ? Out : never;

/**
 * The base of all layers, losses and models: fields and a `forward`.
 *
 * Parameters, buffers and modules are found in the fields, also in arrays, Maps and plain objects;
 * nothing is registered. `#private` fields are not looked at. A name is the path of fields to a
 * value, as in PyTorch: `layers.0.weight`.
 *
 * @typeParam In - the input, or a tuple of them: a loss is a `Module<[Output, Target], Scalar>`.
 * @throws {ArgumentError} when its parts are asked for and two have one name.
 *
 * @example
 * ```ts
 * class Mlp extends Module<Tensor2D, Tensor2D> {
 *   hidden = new Linear(784, 64);
 *   output = new Linear(64, 10);
 *   override forward(x: Tensor2D): Tensor2D {
 *     return this.output.forward(relu(this.hidden.forward(x)));
 *   }
 * }
 * const mlp = new Mlp();
 * mlp.forward(zeros([2, 784])).shape; // => [2, 10]
 * mlp.namedParameters().map(([name]) => name); // => ["hidden.weight", "hidden.bias", "output.weight", "output.bias"]
 * ```
 */
export abstract class Module<In = Tensor, Out = Tensor> {
  static {
    inspectAs(Module.prototype, (module) => module.toString());
  }

  /** True while training: dropout drops, batch norm uses the batch. Set it with `train` and `eval`. */
  training = true;

  /** Computes the output. What it returns is the caller's to dispose. */
  abstract forward(...inputs: Inputs<In>): Out;

  /** Puts this module and all within it in training mode, the default, or out of it. */
  train(mode: boolean = true): this {
    for (const module of this.modules()) module.training = mode;
    return this;
  }

  /** Evaluation mode: `train(false)`. */
  eval(): this {
    return this.train(false);
  }

  /** Every parameter once, own ones first, then those of the children in order. */
  parameters(): Parameter[] {
    return this.namedParameters().map(([, parameter]) => parameter);
  }

  /** Every parameter once with its dotted name. */
  namedParameters(): [name: string, parameter: Parameter][] {
    return [...namedStates(this, true)].filter(
      (entry): entry is [string, Parameter] => entry[1] instanceof Parameter,
    );
  }

  /** Every buffer once. */
  buffers(): Buffer[] {
    return this.namedBuffers().map(([, buffer]) => buffer);
  }

  /** Every buffer once with its dotted name. */
  namedBuffers(): [name: string, buffer: Buffer][] {
    return [...namedStates(this, true)].filter(
      (entry): entry is [string, Buffer] => entry[1] instanceof Buffer,
    );
  }

  /** This module and all within it, each once, parents first. */
  modules(): AnyModule[] {
    return this.namedModules().map(([, module]) => module);
  }

  /** This module (named `""`) and all within it, each once, parents first. */
  namedModules(): [name: string, module: AnyModule][] {
    return [...walk(this, true)].flatMap(({ prefix, module }) =>
      module === null ? [] : [[prefix.slice(0, -1), module] as [string, AnyModule]],
    );
  }

  /** The modules held directly, or by a collection in a field. */
  children(): AnyModule[] {
    return this.namedChildren().map(([, module]) => module);
  }

  /** The modules held directly, or by a collection in a field, with their names. */
  namedChildren(): [name: string, module: AnyModule][] {
    const result = new Map<AnyModule, string>();
    const add = (prefix: string, { children }: ReturnType<typeof membersOf>): void => {
      for (const [name, child] of children) {
        if ("source" in child) add(`${prefix}${name}.`, child.members);
        else if (!result.has(child)) result.set(child, prefix + name);
      }
    };
    add("", membersOf(this));
    return Array.from(result, ([module, name]) => [name, module]);
  }

  /** Calls `f` with every module within this one, children first, this one last. */
  apply(f: (module: AnyModule) => void): this {
    for (const module of this.modules().reverse()) f(module);
    return this;
  }

  /** False freezes every parameter: optimizers leave them alone. True, the default, thaws them. */
  requiresGrad(flag: boolean = true): this {
    for (const parameter of this.parameters()) parameter.requiresGrad = flag;
    return this;
  }

  /**
   * Reads parameters and persistent buffers into ordinary memory, in PyTorch's names and layouts.
   *
   * Asynchronous because some devices cannot be read otherwise; the values are those of the call.
   */
  stateDict(): Promise<StateDict> {
    return readState(this);
  }

  /**
   * Sets parameters and persistent buffers from what `stateDict` gave, or PyTorch's did.
   *
   * @throws {ArgumentError} listing every missing and unexpected key (unless `strict` is false) and
   *   every wrong shape; then nothing has changed.
   */
  loadStateDict(state: StateDict, options: LoadOptions = {}): LoadResult {
    return loadState(this, state, options);
  }

  /**
   * Calls a function after each `forward` of this module, with the module, its inputs as a list and the
   * output; what it returns, when it does, is the output instead. Hooks run in the order given.
   *
   * They run in a `tidy`: keep a clone of a tensor that is to outlive the call. Nothing within a module
   * that calls another's functions in place of its `forward` is seen.
   *
   * @returns the registration; its `remove` takes the hook off.
   * @throws {ArgumentError} in `forward`, when the hook returns a promise.
   *
   * @example
   * ```ts
   * const seen: string[] = [];
   * const handle = model.hidden.registerForwardHook((module, [input], output) => {
   *   seen.push(`${module.constructor.name} [${input.shape}] → [${output.shape}]`);
   * });
   * model.forward(x);
   * handle.remove();
   * model.forward(x);
   * seen; // => ["Linear [8,4] → [8,8]"]
   * ```
   */
  registerForwardHook<M extends AnyModule>(this: M, hook: ForwardHook<M>): HookHandle {
    return addHook(this, "after", hook);
  }

  /**
   * Calls a function before each `forward` of this module, with the module and its inputs as a list; the
   * list that it returns, when it does, is the inputs instead. See {@link registerForwardHook}.
   *
   * @returns the registration; its `remove` takes the hook off.
   * @throws {ArgumentError} in `forward`, when the hook returns a promise or anything else but a list.
   *
   * @example
   * ```ts
   * const layer = new ReLU();
   * const handle = layer.registerForwardPreHook((_, [input]) => [mul(input, 2)]);
   * layer.forward(tensor1d([1, 2])); // => [2, 4]
   * handle.remove();
   * layer.forward(tensor1d([1, 2])); // => [1, 2]
   * ```
   */
  registerForwardPreHook<M extends AnyModule>(this: M, hook: ForwardPreHook<M>): HookHandle {
    return addHook(this, "before", hook);
  }

  /** Frees every parameter and buffer. */
  dispose(): void {
    for (const [, state] of namedStates(this, true)) state.dispose();
  }

  /** What PyTorch prints. */
  toString(): string {
    return print(this);
  }

  /** What stands between the parentheses when it is printed: `in_features=20, out_features=30`. */
  extraRepr(): string {
    return "";
  }

  /** How copies of this package know each other's. */
  get "~kind"(): "module" {
    return "module";
  }

  /** Where its parts are looked for: the fields. A container overrides it to name its own. */
  "~parts"(): Iterable<readonly [name: string, value: unknown]> {
    return Object.entries(this);
  }

  static [Symbol.hasInstance](
    this: abstract new (
      ...parameters: never[]
    ) => unknown,
    value: unknown,
  ): boolean {
    if (typeof value !== "object" || value === null) return false;
    // For Module itself by kind, so that two copies of the package work together.
    if (this === (Module as unknown)) return kindOf(value) === "module";
    return Function.prototype[Symbol.hasInstance].call(this, value);
  }
}
