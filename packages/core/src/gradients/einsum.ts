import { einsum, type GradConfig, mul, sum, type Tensor, transpose } from "@tensorflow/tfjs-core";
import { broadcast, listGradient, reshaped } from "./gradient.ts";

interface Term {
  readonly tensor: Tensor;
  /** One letter an axis; tfjs allows each once. */
  readonly letters: string;
}

/** Einstein summation of one or two operands, as far as tfjs's `einsum` goes. */
export const einsumGradients: readonly GradConfig[] = [
  listGradient("Einsum", (dy, inputs, { equation }: { equation: string }) => {
    const [left = "", output = ""] = equation.replace(/\s/g, "").split("->");
    const operands = left.split(",");
    const upstream = { tensor: dy, letters: output };
    return inputs.map((input, i) => () => {
      const other = inputs.length === 1 ? undefined : 1 - i;
      const factor =
        other === undefined
          ? undefined
          : { tensor: inputs[other] as Tensor, letters: operands[other] as string };
      return operandGradient(upstream, factor, { tensor: input, letters: operands[i] as string });
    });
  }),
];

function operandGradient(dy: Term, other: Term | undefined, operand: Term): Tensor {
  const known = [...operand.letters].filter((letter) =>
    (dy.letters + (other?.letters ?? "")).includes(letter),
  );
  const product = contracted(dy, other, known.join(""));
  // A letter that only this operand has was summed away: its gradient is the same all along it.
  const { shape } = operand.tensor;
  const narrow = [...operand.letters].map((letter, axis) =>
    known.includes(letter) ? (shape[axis] as number) : 1,
  );
  return broadcast(reshaped(product, narrow), shape);
}

/** `einsum` of dy and the other operand onto these letters, also where dy is a scalar. */
function contracted(dy: Term, other: Term | undefined, letters: string): Tensor {
  if (other === undefined) return arranged(dy, letters);
  if (dy.letters === "") return mul(dy.tensor, arranged(other, letters));
  // tfjs's einsum is wrong where an operand has a summed letter to itself: those go first.
  const shared = [...other.letters].filter((letter) => (dy.letters + letters).includes(letter));
  const narrowed = arranged(other, shared.join(""));
  if (shared.length === 0) return mul(arranged(dy, letters), narrowed);
  return einsum(`${dy.letters},${shared.join("")}->${letters}`, dy.tensor, narrowed);
}

/** Sums away the letters that are not asked for and puts the rest in the order asked for. */
function arranged({ tensor, letters }: Term, wanted: string): Tensor {
  const gone = [...letters].flatMap((letter, axis) => (wanted.includes(letter) ? [] : [axis]));
  const summed = gone.length === 0 ? tensor : sum(tensor, gone);
  const left = [...letters].filter((letter) => wanted.includes(letter));
  const order = [...wanted].map((letter) => left.indexOf(letter));
  return order.every((axis, i) => axis === i) ? summed : transpose(summed, order);
}
