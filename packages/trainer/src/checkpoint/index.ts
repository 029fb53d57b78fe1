export {
  type Checkpoint,
  type CheckpointOptions,
  checkpoint,
  type KeepBestOptions,
} from "./checkpoint.ts";
export type { CheckpointObjects, Stateful } from "./contents.ts";
export { indexedDbStore } from "./indexed-db-store.ts";
export type { CheckpointInfo } from "./manifest.ts";
export { opfsStore } from "./opfs-store.ts";
export {
  listCheckpoints,
  type ResumedRun,
  type ResumeOptions,
  resumeFrom,
} from "./resume-from.ts";
export type { CheckpointStore } from "./store.ts";
