import { dispose, engine, type Rank, type Tensor, tidy, Variable } from "@tensorflow/tfjs-core";
import { inspectAs } from "./inspect.ts";

/** How a {@link Parameter} or {@link Buffer} is stored and named. */
export interface StateOptions {
  /** Its key in a state dict, such as `running_mean`. @defaultValue the name of the field that holds it */
  name?: string;
  /**
   * The permutation (as `transpose` takes it) from the stored axes to PyTorch's:
   * `[3, 2, 0, 1]` for a convolution stored `[kh, kw, in, out]`. @defaultValue null, stored as PyTorch's
   */
  layout?: readonly number[] | null;
}

/** What tfjs's engine needs to know of a variable; `tf.variable()` cannot make a subclass. */
interface VariableEngine {
  nextVariableId(): number;
  nextTensorId(): number;
  incRef(tensor: Tensor, backend: null): void;
  readonly state: { readonly registeredVariables: Record<string, Variable> };
}

/** A tensor that a module keeps between steps. Not tracked by `tidy`; lives until `dispose`. */
export abstract class StateTensor<R extends Rank = Rank> extends Variable<R> {
  static {
    inspectAs(
      StateTensor.prototype,
      (state) => `${state.constructor.name}(${state.dtype} [${state.shape.join(", ")}])`,
    );
  }

  /** How copies of this package know each other's. */
  abstract get "~kind"(): "parameter" | "buffer";

  /** Its key in a state dict; null for the name of the field that holds it. */
  readonly key: string | null;
  /** The permutation from the stored axes to PyTorch's; null when they are the same. */
  readonly layout: readonly number[] | null;

  /** @param initial - of any shape; owned from here on: its handle is disposed, its data is shared. */
  constructor(
    initial: Tensor<R> | (() => Tensor<R>),
    trainable: boolean,
    { name, layout = null }: StateOptions,
  ) {
    const runtime = engine() as unknown as VariableEngine;
    const value = typeof initial === "function" ? tidy(initial) : initial;
    super(value, trainable, `kindling_${runtime.nextVariableId()}`, runtime.nextTensorId());
    this.key = name ?? null;
    this.layout = layout;
    runtime.state.registeredVariables[this.name] = this;
    runtime.incRef(this, null);
    dispose(value);
  }

  /** Its shape in PyTorch's axis order. */
  get torchShape(): number[] {
    return this.layout?.map((axis) => this.shape[axis] as number) ?? this.shape.slice();
  }

  /** Frees it; a second call does nothing. */
  override dispose(): void {
    if (!this.isDisposed) super.dispose();
  }
}
