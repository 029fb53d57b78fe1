import { Command, InvalidArgumentError, Option } from "commander";

export const BACKENDS = ["auto", "wasm", "webgpu", "tensorflow", "cuda"] as const;

export interface CliOptions {
  readonly backend: (typeof BACKENDS)[number];
  readonly epochs: number;
  readonly batchSize: number;
  readonly lr: number;
  readonly seed: number;
  /** Where the MNIST files are, or are put. */
  readonly dataDir?: string;
  /** How many training samples are used; all when absent. */
  readonly limit?: number;
  /** Where the shown digit is written as a PNG. */
  readonly image?: string;
  readonly json: boolean;
}

/** Reads the command line; prints and ends the process for `--help` (0) and for a bad flag (1). */
export function parseOptions(argv: readonly string[]): CliOptions {
  const command = new Command("mnist-demo")
    .description("Trains a small convolutional network on MNIST and reads a digit with it.")
    .addOption(
      new Option("--backend <name>", "where to train; auto takes CUDA where it can, else wasm")
        .choices(BACKENDS)
        .default("auto"),
    )
    .option("--epochs <n>", "passes over the training set", wholeNumber(1), 5)
    .option("--batch-size <n>", "samples a step", wholeNumber(1), 64)
    .option("--lr <x>", "Adam's learning rate", positive, 1e-3)
    .option("--seed <n>", "seed of initial weights, split and order", wholeNumber(), 0)
    .option("--data-dir <folder>", "where the MNIST files are looked for first, and cached")
    .option("--limit <n>", "train on the first n samples only", wholeNumber(10))
    .option("--image <file.png>", "also write the shown digit as a picture")
    .option("--json", "print one JSON object per line and nothing else", false)
    .helpOption("--help", "show this")
    .allowExcessArguments(false);
  return command.parse(argv, { from: "user" }).opts<CliOptions>();
}

function wholeNumber(minimum: number = Number.MIN_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isSafeInteger(value) || value < minimum) {
      const range = minimum > Number.MIN_SAFE_INTEGER ? ` from ${minimum}` : "";
      throw new InvalidArgumentError(`Expected a whole number${range}, got ${text}.`);
    }
    return value;
  };
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) {
    throw new InvalidArgumentError(`Expected a number above 0, got ${text}.`);
  }
  return value;
}
