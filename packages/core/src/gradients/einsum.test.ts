import { einsum, type Tensor } from "@tensorflow/tfjs-core";
import { describeGradients } from "./describe-gradients.ts";
import { einsumGradients } from "./einsum.ts";

const EQUATIONS: readonly [string, number[], number[]?][] = [
  ["ij,jk->ik", [2, 3], [3, 4]],
  ["ij,jk->ki", [2, 3], [3, 4]],
  ["bij, bjk -> bik", [2, 2, 3], [2, 3, 2]],
  ["bhqd,bhkd->bhqk", [1, 2, 2, 3], [1, 2, 3, 3]],
  ["i,j->ij", [3], [2]],
  ["i,i->", [4], [4]],
  ["ij,ij->", [2, 3], [2, 3]],
  ["ij,ij->ij", [2, 3], [2, 3]],
  ["ij,jk->i", [2, 3], [3, 2]],
  ["ijk,k->ji", [2, 3, 2], [2]],
  ["ij->ji", [2, 3]],
  ["ij->i", [2, 3]],
  ["ij->j", [2, 3]],
  ["ijk->ki", [2, 3, 2]],
  ["ij->", [2, 3]],
];

describeGradients(
  "einsum",
  einsumGradients,
  EQUATIONS.map(([equation, ...shapes]) => ({
    kernel: "Einsum",
    title: `§1b Einsum ${equation}`,
    f: (...operands: Tensor[]) => einsum(equation, ...operands),
    inputs: shapes.filter((shape) => shape !== undefined),
  })),
);
