import { ArgumentError, ShapeError } from "@kindling/core";
import { argMax, clone, type Tensor, type Tensor1D, type Tensor2D } from "@tensorflow/tfjs-core";

/**
 * A classifier's output: scores `[n, classes]`, logits or probabilities, or class indices `[n]`, int32.
 *
 * Of any rank for the compiler, because what comes out of a `Sequential` often is; another rank is a `ShapeError`.
 */
export type ClassOutput = Tensor;

/**
 * The predicted class of each row, `[n]` int32: the index of the highest score, the first of equals.
 * The caller disposes it.
 */
export function predictionsOf(output: ClassOutput): Tensor1D {
  return isScores(output) ? argMax<Tensor1D>(output, 1) : clone(output as Tensor1D);
}

/**
 * @throws {ArgumentError} when labels, or an output of rank 1, are not int32.
 * @throws {ShapeError} when they are not one a row of the output.
 */
export function checkClassOutput(where: string, output: ClassOutput, labels: Tensor1D): void {
  if (labels.dtype !== "int32") {
    throw new ArgumentError(
      `${where}: expected int32 class indices as labels, got ${labels.dtype} [${labels.shape}]; ` +
        "of one-hot labels take argMax(labels, 1)",
    );
  }
  if (!isScores(output) && output.dtype !== "int32") {
    throw new ArgumentError(
      `${where}: expected scores [n, classes] or int32 class indices [n], got ${output.dtype} [${output.shape}]`,
    );
  }
  const n = labels.shape[0];
  if (labels.rank !== 1) throw new ShapeError(where, "[n] (labels)", labels.shape);
  if (output.rank > 2 || output.shape[0] !== n) {
    throw new ShapeError(where, `[${n}, classes] or [${n}] (one row a label)`, output.shape);
  }
}

/**
 * How many classes the scores have.
 *
 * @param classes - as the caller gave it; needed where the output holds class indices.
 * @throws {ArgumentError} when it is missing or no count.
 * @throws {ShapeError} when the scores have another number.
 */
export function classesOf(where: string, output: ClassOutput, classes?: number): number {
  if (classes !== undefined) checkClasses(where, classes);
  if (!isScores(output)) {
    if (classes === undefined) {
      throw new ArgumentError(
        `${where}: expected the number of classes with predictions [${output.shape}], got none`,
      );
    }
    return classes;
  }
  if (classes !== undefined && output.shape[1] !== classes) {
    throw new ShapeError(where, `[n, ${classes}]`, output.shape);
  }
  return output.shape[1];
}

export function checkClasses(where: string, classes: number): void {
  if (!(Number.isInteger(classes) && classes > 0)) {
    throw new ArgumentError(`${where}: expected a positive number of classes, got ${classes}`);
  }
}

function isScores(output: ClassOutput): output is Tensor2D {
  return output.rank !== 1;
}
