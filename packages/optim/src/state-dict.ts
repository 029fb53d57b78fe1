import { ArgumentError } from "@kindling/core";
import type { Tensor, Variable } from "@tensorflow/tfjs-core";
import { checkHostTensor, fromTorchLayout, type HostTensor, toTorchLayout } from "./host-tensor.ts";
import type { ParamGroup } from "./param-groups.ts";

/** What an optimizer remembers of one parameter. */
export interface ParameterState {
  /** Updates so far. */
  step: number;
  /** By PyTorch's names; each of the shape of its parameter, unless the layout says another. */
  readonly buffers: Map<string, Tensor>;
  /** By PyTorch's names, on the host: what a step needs to know without a read. */
  readonly numbers: Map<string, number>;
}

/** Which parts of a {@link ParameterState} an optimizer uses, and so saves. */
export interface StateLayout {
  /** Whether the count of updates is saved. */
  readonly step: boolean;
  /** Names of the tensors, as PyTorch has them: `exp_avg`. */
  readonly buffers: readonly string[];
  /** A buffer's shape, in the parameter's stored axes, where it is not the parameter's. */
  readonly shapes?: Readonly<Record<string, readonly number[]>>;
  /** What a buffer is filled with at first, where that is not 0. */
  readonly start?: Readonly<Record<string, number>>;
  /** Numbers, and what they are at first. */
  readonly numbers?: Readonly<Record<string, number>>;
}

type LayoutOf<O> = (options: O, parameter: Variable) => StateLayout;

/** One parameter's state: `step` and other numbers, and buffers such as `exp_avg`. */
export type ParameterStateDict = Readonly<Record<string, number | HostTensor>>;

/** A group's options under PyTorch's names (`weight_decay`), and the indices of its parameters. */
export interface ParamGroupDict {
  /** Counted over all groups, from 0. */
  readonly params: readonly number[];
  /** `lr`, `weight_decay`, `betas`, …: those that the optimizer has. */
  readonly [option: string]: OptionValue;
}
type OptionValue = number | boolean | string | readonly (number | null)[] | null;

/** PyTorch's structure; parameters are numbered over all groups. */
export interface OptimizerStateDict {
  /** By a parameter's number; one that has no state yet is left out. */
  readonly state: Readonly<Record<number, ParameterStateDict>>;
  /** In the order in which the groups were added. */
  readonly param_groups: readonly ParamGroupDict[];
}

export async function readStateDict<O extends object>(
  groups: readonly ParamGroup<O>[],
  states: ReadonlyMap<Variable, ParameterState>,
  layoutOf: LayoutOf<O>,
): Promise<OptimizerStateDict> {
  const pending: [index: number, name: string, copy: Tensor][] = [];
  const state: Record<number, Record<string, number | HostTensor>> = {};
  const paramGroups: ParamGroupDict[] = [];
  let index = 0;
  for (const group of groups) {
    const { params, ...options } = group;
    const indices: number[] = [];
    for (const param of params) {
      const known = states.get(param);
      const layout = layoutOf(group, param);
      if (known !== undefined && (layout.step || known.buffers.size > 0)) {
        const numbers = Object.fromEntries(known.numbers);
        state[index] = layout.step ? { step: known.step, ...numbers } : numbers;
        for (const [name, buffer] of known.buffers) {
          pending.push([index, name, toTorchLayout(buffer, param)]);
        }
      }
      indices.push(index++);
    }
    paramGroups.push({ ...toTorchNames(options), params: indices });
  }
  // All copies are taken before the first wait: a step in between must not show.
  try {
    await Promise.all(
      pending.map(async ([at, name, copy]) => {
        const data = (await copy.data()) as Float32Array;
        (state[at] as Record<string, HostTensor>)[name] = {
          shape: [...copy.shape],
          data,
          dtype: "float32",
        };
      }),
    );
  } finally {
    for (const [, , copy] of pending) copy.dispose();
  }
  return { state, param_groups: paramGroups };
}

/** Checks everything that does not need a tensor and returns the options of each group. */
export function checkStateDict<O extends object>(
  where: string,
  dict: OptimizerStateDict,
  groups: readonly ParamGroup<O>[],
  layoutOf: LayoutOf<O>,
): O[] {
  const saved = dict.param_groups;
  if (saved.length !== groups.length) {
    throw new ArgumentError(
      `${where}: expected a state of ${groups.length} groups, got ${saved.length}`,
    );
  }
  const indices = saved.flatMap((group) => group.params);
  let index = 0;
  const result = groups.map((group, i) => {
    const { params, ...current } = group;
    const from = saved[i] as ParamGroupDict;
    if (from.params.length !== params.length) {
      throw new ArgumentError(
        `${where}: expected ${params.length} parameters in group ${i} of the state, got ${from.params.length}`,
      );
    }
    const options = fromTorchNames(where, from, current as unknown as O);
    for (const param of params) {
      const state = dict.state[indices[index] as number];
      if (state !== undefined)
        checkState(`${where}: state ${index}`, state, layoutOf(options, param), param);
      index++;
    }
    return options;
  });
  const unknown = Object.keys(dict.state).find((key) => !indices.includes(Number(key)));
  if (unknown !== undefined) {
    throw new ArgumentError(
      `${where}: expected state of parameters in a group, got index ${unknown}`,
    );
  }
  return result;
}

function checkState(
  where: string,
  state: ParameterStateDict,
  layout: StateLayout,
  parameter: Variable,
): void {
  const { step, ...others } = state;
  if (layout.step && !(typeof step === "number" && Number.isInteger(step) && step >= 0)) {
    throw new ArgumentError(`${where}: expected step to be a whole number, got ${String(step)}`);
  }
  const { numbers = {} } = layout;
  for (const name of Object.keys(numbers)) {
    if (!Number.isFinite(others[name])) {
      throw new ArgumentError(
        `${where}: expected ${name} to be a number, got ${String(others[name])}`,
      );
    }
  }
  const buffers = Object.fromEntries(Object.entries(others).filter(([name]) => !(name in numbers)));
  const missing = layout.buffers.filter((name) => buffers[name] === undefined);
  const names = Object.keys(buffers);
  // SGD may hold a buffer that momentum 0 does not use; a buffer it needs may not be missing.
  if (layout.step && missing.length > 0) {
    throw new ArgumentError(
      `${where}: expected ${layout.buffers.join(", ")}, got ${names.join(", ") || "nothing"}`,
    );
  }
  for (const name of names) {
    checkHostTensor(`${where}: ${name}`, buffers[name], parameter, layout.shapes?.[name]);
  }
}

/** Uploads the state that {@link checkStateDict} has passed. */
export function loadState(
  dict: OptimizerStateDict,
  parameters: readonly Variable[],
): Map<Variable, ParameterState> {
  const indices = dict.param_groups.flatMap((group) => group.params);
  const states = new Map<Variable, ParameterState>();
  parameters.forEach((parameter, i) => {
    const saved = dict.state[indices[i] as number];
    if (saved === undefined) return;
    const { step, ...others } = saved;
    const state: ParameterState = {
      step: typeof step === "number" ? step : 0,
      buffers: new Map(),
      numbers: new Map(),
    };
    for (const [name, value] of Object.entries(others)) {
      if (typeof value === "number") state.numbers.set(name, value);
      else state.buffers.set(name, fromTorchLayout(value, parameter));
    }
    states.set(parameter, state);
  });
  return states;
}

function toTorchNames(options: object): Record<string, OptionValue> {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [torchName(name), value]),
  );
}

/** The current options with those that were saved; names that are unknown here are left out. */
function fromTorchNames<O extends object>(where: string, saved: ParamGroupDict, current: O): O {
  const entries = Object.entries(current).map(([name, value]) => {
    const loaded = saved[torchName(name)] ?? value;
    if (typeof loaded !== typeof value || Array.isArray(loaded) !== Array.isArray(value)) {
      throw new ArgumentError(
        `${where}: expected ${torchName(name)} to be like ${String(value)}, got ${String(loaded)}`,
      );
    }
    return [name, loaded];
  });
  // A schedule that is made after loading starts from the rate that the saved one started from.
  if (typeof saved.initial_lr === "number") entries.push(["initialLr", saved.initial_lr]);
  return Object.fromEntries(entries) as O;
}

function torchName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
