import { stageAll } from "./stage.ts";

/** Before the tests of the published form. */
export default function setup(): void {
  stageAll();
}
