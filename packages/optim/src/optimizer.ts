import { valueAndGrad } from "@kindling/core";
import { fill, keep, type Scalar, type Tensor, tidy, type Variable } from "@tensorflow/tfjs-core";
import {
  checkGradients,
  disposeGradients,
  type GradientHook,
  type Gradients,
} from "./gradients.ts";
import {
  checkParams,
  groupsOf,
  type ParamGroup,
  type ParamGroupOptions,
  type ParamSource,
} from "./param-groups.ts";
import {
  checkStateDict,
  loadState,
  type OptimizerStateDict,
  type ParameterState,
  readStateDict,
  type StateLayout,
} from "./state-dict.ts";

/** What {@link Optimizer.backward} gives. */
export interface Backward {
  /** What the closure returned, a scalar. The caller disposes it. */
  readonly loss: Scalar;
  /** Hand them to `update`, which disposes them. */
  readonly gradients: Gradients;
}

/** A parameter of a group that has a gradient in this step. */
export interface UpdateEntry {
  /** Of any shape; still has its value from before the step. */
  readonly parameter: Variable;
  /** Of the loss, in the parameter's own shape; after the gradient hooks. */
  readonly gradient: Tensor;
  /** The optimizer's memory of this parameter; all its buffers exist and `step` counts this one. */
  readonly state: ParameterState;
  /** True when a buffer was made for this step. */
  readonly fresh: boolean;
}

/**
 * The base of all optimizers: parameter groups, state kept for each parameter, saving and loading.
 *
 * A subclass has a name, its group's options checked, its buffers named, and one method that computes
 * new values. State is made at a parameter's first gradient, and a parameter without one is left alone.
 * A step reads nothing from the device.
 *
 * @typeParam O - the options of a group, each present.
 *
 * @example
 * ```ts
 * class SignDescent extends Optimizer<{ lr: number }> {
 *   override get name() {
 *     return "SignDescent";
 *   }
 *   protected override checkOptions({ lr }: { lr: number }) {
 *     if (!(lr >= 0)) throw new ArgumentError(`${this.name}: expected lr to be 0 or more, got ${lr}`);
 *   }
 *   protected override stateLayout() {
 *     return { step: false, buffers: [] };
 *   }
 *   protected override updateGroup({ lr }: { lr: number }, entries: readonly UpdateEntry[]) {
 *     for (const entry of entries) {
 *       this.commit(entry, sub(entry.parameter, mul(sign(entry.gradient), lr)));
 *     }
 *   }
 * }
 * const optimizer = new SignDescent([variable(tensor1d([1, -2]))], { lr: 0.5 });
 * optimizer.step(() => sum(square(optimizer.parameters[0] ?? 0))).dispose();
 * optimizer.parameters; // => [[0.5, -1.5]]
 * ```
 */
export abstract class Optimizer<O extends object> {
  readonly #groups: ParamGroup<O>[] = [];
  readonly #defaults: O;
  readonly #states = new Map<Variable, ParameterState>();
  readonly #hooks = new Set<GradientHook>();

  /**
   * @param params - tfjs variables, or groups of them with options of their own.
   * @throws {ArgumentError} when there are none, one comes twice or is no float32 variable, or an
   *   option is out of its range.
   */
  constructor(params: ParamSource<O>, defaults: O) {
    this.#defaults = defaults;
    for (const group of groupsOf(this.name, params)) this.addParamGroup(group);
  }

  /** The class's name in errors; a getter, so that this constructor can use a subclass's. */
  get name(): string {
    return "Optimizer";
  }

  /** Throws an ArgumentError for an option out of its range. */
  protected abstract checkOptions(options: O): void;

  /** What this optimizer remembers of a parameter of the group. */
  protected abstract stateLayout(options: O, parameter: Variable): StateLayout;

  /**
   * Computes and assigns the new values of a group's parameters. Runs in a `tidy`; use
   * {@link Optimizer.commit} to write.
   */
  protected abstract updateGroup(options: O, entries: readonly UpdateEntry[]): void;

  /** In the order they were added; their options may be changed between steps. */
  get paramGroups(): readonly ParamGroup<O>[] {
    return this.#groups;
  }

  /** The parameters of all groups, in order. */
  get parameters(): readonly Variable[] {
    return this.#groups.flatMap((group) => group.params);
  }

  /** Adds parameters, for instance when more of a model is set free during training. */
  addParamGroup(group: ParamGroupOptions<O>): void {
    const params = [...group.params];
    checkParams(this.name, params, new Set(this.parameters));
    const complete: ParamGroup<O> = { ...this.#defaults, ...group, params };
    this.checkOptions(complete);
    this.#groups.push(complete);
  }

  /**
   * One training step: runs the closure, updates the parameters, and returns the loss, a tensor that
   * the caller disposes.
   *
   * An exception changes nothing and leaks nothing.
   *
   * @param closure - synchronous; returns a float32 scalar.
   *
   * @example
   * ```ts
   * const loss = optimizer.step(() => criterion.forward(model.forward(images), labels));
   * ```
   */
  step(closure: () => Scalar): Scalar {
    const { loss, gradients } = this.backward(closure);
    try {
      this.update(gradients);
    } catch (error) {
      loss.dispose();
      throw error;
    }
    return loss;
  }

  /**
   * The first half of a step: the loss and its gradients, null for frozen parameters
   * (`trainable` false). Accumulate or average them as you like, then call `update`.
   *
   * @throws {ShapeError} when the closure does not return a scalar.
   * @throws {ArgumentError} when it returns a promise or something that is not a float32 tensor, or an op
   *   in it has no gradient.
   */
  backward(closure: () => Scalar): Backward {
    const parameters = this.parameters;
    const trainable = parameters.filter((parameter) => parameter.trainable);
    const { value, gradients } = valueAndGrad(closure, trainable);
    const found = new Map(trainable.map((parameter, i) => [parameter, gradients[i] ?? null]));
    return { loss: value, gradients: parameters.map((parameter) => found.get(parameter) ?? null) };
  }

  /**
   * The second half of a step: runs the hooks, then updates each parameter that has a gradient.
   *
   * Takes ownership: the gradients are disposed and the list is filled with nulls, also when it throws.
   *
   * @throws {ArgumentError} when the list does not match `parameters`.
   */
  update(gradients: Gradients): void {
    try {
      for (const hook of this.#hooks) hook(gradients);
      checkGradients(this.name, gradients, this.parameters);
      tidy(() => this.#updateGroups(gradients));
    } finally {
      disposeGradients(gradients);
    }
  }

  /**
   * Runs `hook` on the gradients before each update: clipping, noise, an all-reduce.
   *
   * @returns a function that removes it.
   *
   * @example
   * ```ts
   * optimizer.registerGradientHook((gradients) => clipGradNorm(gradients, 1).dispose());
   * ```
   */
  registerGradientHook(hook: GradientHook): () => void {
    this.#hooks.add(hook);
    return () => {
      this.#hooks.delete(hook);
    };
  }

  /**
   * A copy of the state and the options in PyTorch's structure, names and layouts, in host memory.
   *
   * The values are those of the moment of the call; training may go on while it is awaited.
   */
  async stateDict(): Promise<OptimizerStateDict> {
    return readStateDict(this.#groups, this.#states, (options: O, parameter) =>
      this.stateLayout(options, parameter),
    );
  }

  /**
   * Continues from a saved state: options and buffers are replaced. Parameters are matched by position.
   *
   * @throws {ArgumentError} when it does not fit these parameters or this optimizer; nothing is
   *   changed then.
   */
  loadStateDict(dict: OptimizerStateDict): void {
    const layout = (options: O, parameter: Variable) => this.stateLayout(options, parameter);
    const options = checkStateDict(this.name, dict, this.#groups, layout);
    for (const group of options) this.checkOptions(group);
    const states = loadState(dict, this.parameters);
    this.dispose();
    this.#groups.forEach((group, i) => {
      Object.assign(group, options[i]);
    });
    for (const [parameter, state] of states) this.#states.set(parameter, state);
  }

  /** Frees the state; a further step starts it anew. The parameters stay. */
  dispose(): void {
    for (const { buffers } of this.#states.values()) {
      for (const buffer of buffers.values()) buffer.dispose();
    }
    this.#states.clear();
  }

  /** Writes a parameter's new value and buffers. The tensors may be the old ones, updated in place. */
  protected commit({ parameter, state }: UpdateEntry, value: Tensor, buffers: Buffers = {}): void {
    parameter.assign(value);
    for (const [name, buffer] of Object.entries(buffers)) {
      state.buffers.get(name)?.dispose();
      state.buffers.set(name, keep(buffer));
    }
  }

  #updateGroups(gradients: Gradients): void {
    let start = 0;
    for (const group of this.#groups) {
      const own = gradients.slice(start, start + group.params.length);
      start += group.params.length;
      const entries = group.params.flatMap((parameter, i) => {
        const gradient = own[i] ?? null;
        return gradient === null ? [] : [this.#entry(group, parameter, gradient)];
      });
      if (entries.length > 0) this.updateGroup(group, entries);
    }
  }

  #entry(group: ParamGroup<O>, parameter: Variable, gradient: Tensor): UpdateEntry {
    const { buffers, shapes = {}, start = {}, numbers = {} } = this.stateLayout(group, parameter);
    const state = this.#states.get(parameter) ?? newState(numbers);
    this.#states.set(parameter, state);
    state.step += 1;
    const missing = buffers.filter((name) => !state.buffers.has(name));
    for (const name of missing) {
      const shape = [...(shapes[name] ?? parameter.shape)];
      state.buffers.set(name, keep(fill(shape, start[name] ?? 0)));
    }
    return { parameter, gradient, state, fresh: missing.length > 0 };
  }
}

function newState(numbers: Readonly<Record<string, number>>): ParameterState {
  return { step: 0, buffers: new Map(), numbers: new Map(Object.entries(numbers)) };
}

type Buffers = Readonly<Record<string, Tensor>>;
