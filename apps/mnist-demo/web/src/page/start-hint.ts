import { type Architecture, isSame } from "../architecture.ts";
import type { WeightsOrigin } from "../messages.ts";

const GOES_ON = {
  file: "Start goes on from the weights of the file",
  training: "Start goes on from what it has learnt",
} as const;

/**
 * What Start will do, in a sentence.
 *
 * @param inUse - the model in use; null before there is one.
 * @param wanted - the network in the form.
 */
export function startHint(
  inUse: { readonly origin: WeightsOrigin; readonly architecture: Architecture } | null,
  wanted: Architecture,
): string {
  if (inUse === null || inUse.origin === "new") {
    return "Start trains a new network, its weights drawn from the seed.";
  }
  return isSame(inUse.architecture, wanted)
    ? `${GOES_ON[inUse.origin]}; Reset begins anew.`
    : "The network was changed: Start trains a new one, and what this one has learnt goes.";
}
