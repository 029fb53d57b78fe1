import { RECOMMENDED } from "../diagnosis/pip-command.ts";
import { isOlder } from "../diagnosis/versions.ts";
import type { Tensorflow } from "./find-tensorflow.ts";

/** What is known to be wrong with a TensorFlow, each with what it means for training. */
export function knownFaults({ version, cuda }: Pick<Tensorflow, "version" | "cuda">): string[] {
  return FAULTS.filter(({ affects }) => affects(version, cuda !== null)).map(({ text }) => text);
}

interface Fault {
  affects(version: string, cuda: boolean): boolean;
  readonly text: string;
}

const FAULTS: readonly Fault[] = [
  {
    affects: (version) => !isOlder(version, "2.18"),
    text: "it rounds int32 to zeros; Kindling's backend mends that",
  },
  {
    affects: (version, cuda) => cuda && version.startsWith("2.21.0"),
    text: `it does not look for libcusolver where pip puts it, and so finds no GPU; take ${RECOMMENDED} for CUDA`,
  },
  {
    affects: (version) => !isOlder(version, "2.22"),
    text: "it is newer than 2.21, the newest that Kindling was tried with",
  },
];
