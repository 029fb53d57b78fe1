// For tests: optimizers' steps that are refused; see refused-calls.ts. Inputs are lists.
import { type Change, floats, ints, type Refusals, refusals } from "./refused-calls.ts";

const [one, two] = [floats(20), floats(2, 3)];
/** A list of two tensors a kind: parameters, gradients and so on. */
const lists = (kinds: number) => Array.from({ length: kinds }, () => [one, two]).flat();
const names = ["parameter", "gradient", "first buffer", "second buffer", "third buffer"];

/** The second tensor of each kind, wrong: the first must be as it was. */
const tensors = (kinds: number): Change[] =>
  names.slice(0, kinds).flatMap((name, kind): Change[] => [
    [`a ${name} of another size`, { [`${2 * kind + 1}`]: floats(2, 1) }],
    [`a ${name} of another shape`, { [`${2 * kind + 1}`]: floats(3, 2) }],
    [`a ${name} of int32`, { [`${2 * kind + 1}`]: ints([1, 2, 3, 4, 5, 6], [2, 3]) }],
  ]);
const counts: readonly Change[] = [0, 1, 3, 2.5, Number.NaN].map((count) => {
  return [`a count of ${count}`, [], { count }];
});

const adam = {
  ...{ count: 2, lr: 0.1, beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0 },
  ...{ decoupledWeightDecay: false, amsgrad: false, maximize: false },
  ...{ stepSizes: [0.1, 0.1], rootCorrections: [1, 1] },
};
const sgd = {
  ...{ count: 2, lr: 0.1, momentum: 0.9, weightDecay: 0, nesterov: false, maximize: false },
  gradientScales: [1, 1],
};

export const refusedOptimizerSteps: readonly Refusals[] = [
  refusals("KindlingAdamStep", lists(4), adam, [
    ...[...tensors(4), ...counts],
    ["amsgrad without its buffer", [], { amsgrad: true }],
    ["too few step sizes", [], { stepSizes: [0.1] }],
    ["too few corrections", [], { rootCorrections: [1] }],
  ]),
  refusals("KindlingAdamStep", lists(5), { ...adam, amsgrad: true }, [
    ...tensors(5).slice(-3),
    ["amsgrad's buffer without amsgrad", [], { amsgrad: false }],
  ]),
  refusals("KindlingSgdStep", lists(3), sgd, [
    ...[...tensors(3), ...counts],
    ["a buffer without momentum", [], { momentum: 0 }],
    ["too few scales", [], { gradientScales: [1] }],
  ]),
  refusals("KindlingSgdStep", lists(2), { ...sgd, momentum: 0 }, [
    ["momentum without a buffer", [], { momentum: 0.9 }],
  ]),
];
