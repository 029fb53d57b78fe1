// Tensors whose values are in a TensorFlow variable, which the ops of optimizers update in place. TensorFlow itself
// copies what a variable holds before it writes to it when any other tensor shares the memory.
import type { TensorInfo } from "@tensorflow/tfjs-core";
import {
  type Attributes,
  type Entry,
  entryOf,
  idOf,
  type NodeBackend,
  shape,
  tensorOf,
  text,
  type,
} from "./native.ts";

interface Variable {
  /** The library's number for the handle of the variable. */
  readonly resource: number;
  /** The number of a tensor of the values, once somebody has asked for them. */
  read: number | null;
}

/** A tensor that is about to be updated. */
export interface Target {
  readonly resource: number;
  /** What comes out of the update: the tensor itself with one reference more when nobody else can see it. */
  readonly output: TensorInfo;
  /** The number of a tensor of the old values, until {@link freed}. */
  readonly old: () => number;
  /** Lets go of the old values, so that the next op can write over them if they are the variable's alone. */
  readonly freed: () => void;
  /** To be called after the update. */
  readonly end: () => void;
}

const variables = new WeakMap<object, Variable>();

/** Makes a tensor ready to be updated. */
export function target(backend: NodeBackend, tensor: TensorInfo): Target {
  watch(backend);
  const entry = entryOf(backend, tensor);
  const known = variables.get(tensor.dataId);
  if (entry.refCount > 1) return ofCopy(backend, tensor);
  if (known) {
    backend.incRef(tensor.dataId);
    return {
      resource: known.resource,
      output: { ...tensor },
      old: () => entry.id,
      freed: () => forget(backend, known),
      end: () => undefined,
    };
  }
  const before = idOf(backend, tensor);
  const variable = variableOf(backend, before, tensor.shape);
  attach(backend, tensor.dataId, entry, variable);
  backend.incRef(tensor.dataId);
  return {
    resource: variable.resource,
    output: { ...tensor },
    old: () => before,
    // Its memory may be that of a typed array which the user still has: while there is another tensor of it,
    // TensorFlow writes elsewhere.
    freed: () => undefined,
    end: () => backend.binding.deleteTensor(before),
  };
}

function ofCopy(backend: NodeBackend, tensor: TensorInfo): Target {
  const before = idOf(backend, tensor);
  const variable = variableOf(backend, before, tensor.shape);
  const output = tensorOf(backend, -1, tensor.shape);
  attach(backend, output.dataId, entryOf(backend, output), variable);
  return {
    resource: variable.resource,
    output,
    old: () => before,
    freed: () => undefined,
    end: () => undefined,
  };
}

// Names are the library's, which all copies of this package share.
const PREFIX = `kindling-${Math.random().toString(36).slice(2)}`;
let count = 0;
const FLOAT = [type("dtype", "float32")];

function variableOf(backend: NodeBackend, values: number, dims: readonly number[]): Variable {
  const name = text("shared_name", `${PREFIX}-${count++}`);
  const attributes = [...FLOAT, shape("shape", dims), text("container", ""), name];
  const resource = execute(backend, "VarHandleOp", attributes);
  backend.binding.executeOp("AssignVariableOp", FLOAT, [resource, values], 0);
  return { resource, read: null };
}

function attach(backend: NodeBackend, dataId: object, entry: Entry, variable: Variable): void {
  variables.set(dataId, variable);
  // tfjs-node asks for this number whenever a kernel or a read needs the tensor.
  Object.defineProperty(entry, "id", {
    configurable: true,
    enumerable: true,
    get: () => {
      variable.read ??= read(backend, variable);
      return variable.read;
    },
  });
}

function read(backend: NodeBackend, { resource }: Variable): number {
  return execute(backend, "ReadVariableOp", FLOAT, resource);
}

function execute(
  { binding }: NodeBackend,
  op: string,
  attributes: Attributes,
  ...inputs: readonly number[]
): number {
  return (binding.executeOp(op, attributes, inputs, 1)[0] as { id: number }).id;
}

function forget({ binding }: NodeBackend, variable: Variable): void {
  if (variable.read !== null) binding.deleteTensor(variable.read);
  variable.read = null;
}

function destroy(backend: NodeBackend, variable: Variable): void {
  forget(backend, variable);
  backend.binding.executeOp("DestroyResourceOp", [], [variable.resource], 0);
  backend.binding.deleteTensor(variable.resource);
}

const watched = new WeakSet<NodeBackend>();

/** Has variables end with their tensors. */
function watch(backend: NodeBackend): void {
  if (watched.has(backend)) return;
  watched.add(backend);
  const stock = backend.disposeData.bind(backend);
  backend.disposeData = (dataId, force = false) => {
    const variable = variables.get(dataId);
    if (variable === undefined) return stock(dataId, force);
    const entry = entryOf(backend, { dataId } as TensorInfo);
    if (entry.refCount > 1 && !force) {
      entry.refCount--;
      return false;
    }
    variables.delete(dataId);
    destroy(backend, variable);
    Object.defineProperty(entry, "id", { value: -1 });
    return stock(dataId, force);
  };
}
