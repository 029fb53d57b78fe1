import type { AdamStepAttributes, SgdStepAttributes } from "@kindling/core";
import type { Rule } from "./optimizer-steps.ts";

/** Adam and AdamW. The differences 1 − β are taken in float64, as PyTorch does. */
export const adamRule: Rule<AdamStepAttributes> = {
  kinds: ({ amsgrad }) => (amsgrad ? ["p", "g", "m", "v", "largest"] : ["p", "g", "m", "v"]),
  shared: ({ lr, beta1, beta2, eps, weightDecay, decoupledWeightDecay, maximize }) => ({
    sign: maximize ? -1 : 1,
    shrink: decoupledWeightDecay ? 1 - lr * weightDecay : 1,
    penalty: decoupledWeightDecay ? 0 : weightDecay,
    fresh: 1 - beta1,
    beta2,
    freshSquare: 1 - beta2,
    eps,
  }),
  lists: ({ stepSizes, rootCorrections }) => ({ stepSize: stepSizes, root: rootCorrections }),
  update: ({ amsgrad }, slot) => {
    const [p, g, m, v, largest] = ["p", "g", "m", "v", "largest"].map(slot);
    const bound = amsgrad
      ? `let bound = max(${largest}[i], square); ${largest}[i] = bound;`
      : "let bound = square;";
    return `
    let value = ${p}[i] * u.shrink;
    let gradient = u.sign * ${g}[i] + u.penalty * value;
    let mean = ${m}[i] + (gradient - ${m}[i]) * u.fresh;
    let square = u.beta2 * ${v}[i] + u.freshSquare * gradient * gradient;
    ${bound}
    ${m}[i] = mean;
    ${v}[i] = square;
    ${p}[i] = value - u.${slot("stepSize")} * mean / (sqrt(bound) / u.${slot("root")} + u.eps);`;
  },
};

export const sgdRule: Rule<SgdStepAttributes> = {
  kinds: ({ momentum }) => (momentum === 0 ? ["p", "g"] : ["p", "g", "b"]),
  shared: ({ lr, momentum, weightDecay, nesterov, maximize }) => ({
    lr,
    sign: maximize ? -1 : 1,
    penalty: weightDecay,
    momentum,
    // The direction is ahead · gradient + along · buffer.
    ahead: nesterov ? 1 : 0,
    along: nesterov ? momentum : 1,
  }),
  lists: ({ gradientScales }) => ({ scale: gradientScales }),
  update: ({ momentum }, slot) => {
    const [p, g, b] = ["p", "g", "b"].map(slot);
    const gradient = `let gradient = u.sign * ${g}[i] + u.penalty * ${p}[i];`;
    if (momentum === 0) return `    ${gradient}\n    ${p}[i] -= u.lr * gradient;`;
    return `
    ${gradient}
    let buffer = u.momentum * ${b}[i] + u.${slot("scale")} * gradient;
    ${b}[i] = buffer;
    ${p}[i] -= u.lr * (u.ahead * gradient + u.along * buffer);`;
  },
};
