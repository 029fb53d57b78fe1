import {
  getKernel,
  type KernelConfig,
  registerKernel,
  unregisterKernel,
} from "@tensorflow/tfjs-core";

// tfjs's registry is one for all copies of every package, so what is known about it is as well.
const KNOWN: unique symbol = Symbol.for("kindling.kernels");

interface Known {
  /** Those registered here, by whichever copy of a package. */
  readonly ours: WeakSet<KernelConfig>;
  /** tfjs's own that ours stand in for, by backend and name. */
  readonly stock: Map<string, Map<string, KernelConfig>>;
}

/**
 * tfjs's own kernels of a backend by name, those that {@link replaceKernels} has put others in place of.
 *
 * @example
 * ```ts
 * const stock = { kernelName: "Relu", backendName: "mine", kernelFunc: () => x };
 * registerKernel(stock);
 * replaceKernels([{ ...stock, kernelFunc: () => y }]);
 * stockKernels("mine").get("Relu")?.kernelFunc === stock.kernelFunc; // => true
 * ```
 */
export function stockKernels(backendName: string): Map<string, KernelConfig> {
  const { stock } = known();
  const own = stock.get(backendName) ?? new Map<string, KernelConfig>();
  stock.set(backendName, own);
  return own;
}

/**
 * Registers kernels over tfjs's own. Again, or from a second copy of the package, does nothing, unless another
 * copy of tfjs's backend has overwritten them.
 *
 * @example
 * ```ts
 * const stock = { kernelName: "Relu", backendName: "another", kernelFunc: () => x };
 * registerKernel(stock);
 * replaceKernels([{ ...stock, kernelFunc: () => y }]);
 * getKernel("Relu", "another").kernelFunc === stock.kernelFunc; // => false
 * ```
 */
export function replaceKernels(kernels: readonly KernelConfig[]): void {
  const { ours } = known();
  for (const kernel of kernels) {
    const { kernelName, backendName } = kernel;
    const current = getKernel(kernelName, backendName);
    if (current !== undefined && ours.has(current)) continue;
    const registered: KernelConfig = { ...kernel };
    if (current !== undefined) {
      stockKernels(backendName).set(kernelName, current);
      unregisterKernel(kernelName, backendName);
      // tfjs prepares what is registered when the backend starts, so a stock kernel that ours calls is
      // prepared in the name of ours.
      if (current.setupFunc) registered.setupFunc = current.setupFunc;
      if (current.disposeFunc) registered.disposeFunc = current.disposeFunc;
    }
    registerKernel(registered);
    ours.add(registered);
  }
}

function known(): Known {
  const shared = globalThis as { [KNOWN]?: Known };
  shared[KNOWN] ??= { ours: new WeakSet(), stock: new Map() };
  return shared[KNOWN];
}
