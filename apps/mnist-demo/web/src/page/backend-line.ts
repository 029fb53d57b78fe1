import type { BackendReport } from "../messages.ts";

/** In place of the line, when none runs. */
export const NO_BACKEND = "Runs on nothing now: see the message below.";

/** The backend in use and why, in a line. */
export function backendLine({ name, description, asked, skipped }: BackendReport): string {
  const why = asked
    ? [`because the address asks for it (?backend=${name})`]
    : skipped.length === 0
      ? ["the fastest there is here"]
      : skipped.map((other) => `${other.name} not used: ${other.reason}`);
  return [`Runs on ${description}`, ...why].join(" · ");
}
