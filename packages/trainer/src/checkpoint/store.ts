/**
 * Where checkpoints are kept: a folder, a browser's database, anything that holds named groups of files.
 */
export interface CheckpointStore {
  /** Says where it is, in messages: `folder runs/first`. */
  readonly where: string;
  /** The names of the checkpoints that were written to their end. */
  readonly list: () => Promise<readonly string[]>;
  /** A file of a checkpoint; null when there is none. */
  readonly read: (checkpoint: string, file: string) => Promise<Uint8Array | null>;
  /**
   * All of the files or, when it fails or the process ends, none: `list` then does not name the checkpoint.
   * They are on the device when the promise resolves.
   */
  readonly write: (
    checkpoint: string,
    // `Uint8Array<ArrayBuffer>`, which TypeScript 5.6 cannot write.
    files: Readonly<Record<string, ReturnType<Uint8Array["slice"]>>>,
  ) => Promise<void>;
  /** Deletes a checkpoint with its files; does nothing where there is none of that name. */
  readonly remove: (checkpoint: string) => Promise<void>;
}
