// What the layer form edits. Pure: page and worker both use it, and neither needs tfjs for it.

/** The parts of the network that the form can change. */
export interface Architecture {
  /** Output channels of the three convolutions. */
  readonly channels: readonly [number, number, number];
  /** Side of their filters, in pixels; odd, so that images keep their size. */
  readonly kernelSize: number;
  /** Probability that a value is dropped before the last layer, 0 for no dropout. */
  readonly dropout: number;
  /** Units of a dense layer before the last one, 0 for none. */
  readonly denseUnits: number;
}

/** The network of `src/model.ts`: 21,578 parameters. */
export const REFERENCE: Architecture = {
  channels: [8, 16, 32],
  kernelSize: 3,
  dropout: 0,
  denseUnits: 0,
};

/** What trains in a browser in bearable time and memory. */
const MOST = { channels: 256, kernelSize: 13, denseUnits: 2048, parameters: 3_000_000 } as const;
/** The side of the images after two pools of 2: 28, 14, 7. */
export const POOLED_SIDE = 7;
export const CLASSES = 10;

/** Something wrong with an architecture, in a sentence that says how to mend it. */
export interface ArchitectureProblem {
  /** Which input it is about; null for the whole. */
  readonly field: "channels1" | "channels2" | "channels3" | keyof Architecture | null;
  readonly message: string;
}

/** True when weights of one are weights of the other, and used in the same way. */
export function isSame(a: Architecture, b: Architecture): boolean {
  return (
    a.channels.every((count, i) => count === b.channels[i]) &&
    a.kernelSize === b.kernelSize &&
    a.dropout === b.dropout &&
    a.denseUnits === b.denseUnits
  );
}

/** How many values the network learns. */
export function countParameters(architecture: Architecture): number {
  const { channels, kernelSize, denseUnits } = architecture;
  let inputs = 1;
  let total = 0;
  for (const outputs of channels) {
    total += kernelSize * kernelSize * inputs * outputs + outputs;
    inputs = outputs;
  }
  let features = inputs * POOLED_SIDE * POOLED_SIDE;
  if (denseUnits > 0) {
    total += features * denseUnits + denseUnits;
    features = denseUnits;
  }
  return total + features * CLASSES + CLASSES;
}

/** Everything that keeps the architecture from being built and trained here; empty when nothing does. */
export function problemsOf(architecture: Architecture): ArchitectureProblem[] {
  const { channels, kernelSize, dropout, denseUnits } = architecture;
  const problems: ArchitectureProblem[] = [];
  const add = (field: ArchitectureProblem["field"], message: string): void => {
    problems.push({ field, message });
  };
  channels.forEach((count, i) => {
    if (!isWhole(count, 1, MOST.channels)) {
      add(
        `channels${i + 1}` as "channels1",
        `Convolution ${i + 1} needs 1 to ${MOST.channels} channels, got ${shown(count)}.`,
      );
    }
  });
  if (!isWhole(kernelSize, 1, MOST.kernelSize)) {
    add("kernelSize", `The kernel needs 1 to ${MOST.kernelSize} pixels, got ${shown(kernelSize)}.`);
  } else if (kernelSize % 2 === 0) {
    const near = `${kernelSize - 1} or ${kernelSize + 1}`;
    add(
      "kernelSize",
      `A kernel of ${kernelSize} has no middle pixel, so images would not keep their size; take ${near}.`,
    );
  }
  if (!(dropout >= 0 && dropout < 1)) {
    add(
      "dropout",
      `Dropout is a probability from 0 to below 1, got ${shown(dropout)}; at 1 nothing would get through.`,
    );
  }
  if (!isWhole(denseUnits, 0, MOST.denseUnits)) {
    add(
      "denseUnits",
      `The dense layer needs 0 (none) to ${MOST.denseUnits} units, got ${shown(denseUnits)}.`,
    );
  }
  const parameters = countParameters(architecture);
  if (problems.length === 0 && parameters > MOST.parameters) {
    const [count, most] = [parameters, MOST.parameters].map((n) => n.toLocaleString("en"));
    add(
      null,
      `${count} parameters are more than the ${most} that train here; make a layer smaller.`,
    );
  }
  return problems;
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

// An empty input is NaN.
function shown(value: number): string {
  return Number.isNaN(value) ? "nothing" : String(value);
}
