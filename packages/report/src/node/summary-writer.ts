/// <reference types="node" />
// torch.utils.tensorboard.SummaryWriter (torch 2.13), its methods for the data that Kindling has.
import { hostname } from "node:os";
import { join } from "node:path";
import { ArgumentError } from "@kindling/core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { FileWriter } from "./events/file-writer.ts";
import { makeHistogram } from "./events/histogram.ts";
import { type Dataformats, encodeImage, type HostImage } from "./events/image-pixels.ts";
import type { Hparams } from "./events/protos.ts";

/** What {@link SummaryWriter} takes besides its folder. */
export interface SummaryWriterOptions {
  /** At the end of the default folder's name. @defaultValue "" */
  comment?: string;
  /** Hides what earlier files in the folder have from this step on, in all tags. @defaultValue none: hides nothing */
  purgeStep?: number;
  /** At the end of the event file's name. @defaultValue "" */
  filenameSuffix?: string;
}

/** What the `add…` of {@link SummaryWriter} take last; `addHparams` has options of its own. */
export interface AddOptions {
  /** Seconds since 1970. @defaultValue now */
  walltime?: number;
}

/** What {@link SummaryWriter.addImage} takes last. */
export interface AddImageOptions extends AddOptions {
  /** The order of the axes; torch's default is "CHW". @defaultValue "HWC" */
  dataformats?: Dataformats;
}

/** What {@link SummaryWriter.addHparams} takes last. */
export interface AddHparamsOptions {
  /** The folder in the writer's folder that the session gets. @defaultValue the time */
  runName?: string;
  /** The step of the session and its metrics. @defaultValue none */
  globalStep?: number;
}

/**
 * Writes a TensorBoard event file: `tensorboard --logdir runs` shows it, also while it grows.
 *
 * Each call is on disk when it returns, or its promise resolves; those that take a tensor read it from
 * the device.
 *
 * @throws {ArgumentError} in any `add…` after `close`, or when a step is not an integer from 0.
 *
 * @example
 * ```ts
 * const writer = new SummaryWriter("runs/first");
 * writer.addScalar("loss/train", 0.25, 1);
 * writer.close();
 * ```
 */
export class SummaryWriter {
  /** The event file behind it. */
  readonly fileWriter: FileWriter;

  /** @param logDir - made when missing. The default is `runs/` and the time and host's name. */
  constructor(logDir?: string, options: SummaryWriterOptions = {}) {
    const { comment = "", purgeStep, filenameSuffix = "" } = options;
    const folder = logDir ?? join("runs", `${timeName()}_${hostname()}${comment}`);
    checkStep("SummaryWriter", purgeStep);
    this.fileWriter = new FileWriter(folder, { filenameSuffix });
    if (purgeStep !== undefined) purgeFrom(this, purgeStep);
  }

  /** The folder that the event file is in. */
  get logDir(): string {
    return this.fileWriter.logDir;
  }

  /** A point of a curve. The file holds a float32, as torch's. */
  addScalar(tag: string, value: number, globalStep?: number, { walltime }: AddOptions = {}): void {
    checkStep("addScalar", globalStep);
    if (typeof value !== "number") {
      throw new ArgumentError(`addScalar: expected a number for "${tag}", got ${typeof value}`);
    }
    this.fileWriter.addSummary({ tag, scalar: value }, globalStep, walltime);
  }

  /**
   * How a tensor's values are distributed, in TensorBoard's buckets. NaN and infinities are not counted.
   *
   * @param values - of any shape.
   * @throws {ArgumentError} when no value is finite.
   */
  async addHistogram(
    tag: string,
    values: Tensor | ArrayLike<number>,
    globalStep?: number,
    { walltime = Date.now() / 1000 }: AddOptions = {},
  ): Promise<void> {
    checkStep("addHistogram", globalStep);
    const data = isTensor(values) ? await values.data() : values;
    const histogram = makeHistogram(data);
    if (histogram === null) {
      throw new ArgumentError(
        `addHistogram: expected a finite value in "${tag}", got none of ${data.length}`,
      );
    }
    this.fileWriter.addSummary({ tag, histogram }, globalStep, walltime);
  }

  /**
   * A picture, as a PNG. Float values are 0..1, integers 0..255; what lies outside is clipped.
   *
   * @param image - `[h, w, c]` with 1, 3 or 4 channels; other orders by `dataformats`.
   */
  async addImage(
    tag: string,
    image: Tensor | HostImage,
    globalStep?: number,
    { dataformats = "HWC", walltime = Date.now() / 1000 }: AddImageOptions = {},
  ): Promise<void> {
    checkStep("addImage", globalStep);
    const { shape } = image;
    const data = isTensor(image) ? await image.data() : image.data;
    this.fileWriter.addSummary(
      { tag, image: encodeImage({ shape, data }, dataformats) },
      globalStep,
      walltime,
    );
  }

  /** Markdown. */
  addText(tag: string, text: string, globalStep?: number, { walltime }: AddOptions = {}): void {
    checkStep("addText", globalStep);
    this.fileWriter.addSummary({ tag: `${tag}/text_summary`, text }, globalStep, walltime);
  }

  /**
   * A session for the table of hyperparameters, in a folder of its own, and its metrics as scalars.
   *
   * @param metrics - under tags that nothing else in the writer's folder has.
   */
  addHparams(
    hparams: Hparams,
    metrics: Readonly<Record<string, number>>,
    { runName = String(Date.now() / 1000), globalStep }: AddHparamsOptions = {},
  ): void {
    checkStep("addHparams", globalStep);
    const writer = new SummaryWriter(join(this.logDir, runName));
    try {
      startSession(writer, hparams, Object.keys(metrics), globalStep);
      endSession(writer, "success", globalStep);
      for (const [tag, value] of Object.entries(metrics)) writer.addScalar(tag, value, globalStep);
    } finally {
      writer.close();
    }
  }

  /** Returns once the disk has everything, also if the machine stops. */
  flush(): void {
    this.fileWriter.flush();
  }

  /** May be called twice; nothing can be added after it. */
  close(): void {
    this.fileWriter.close();
  }
}

/** Hides what earlier events of the run have from this step on, in all tags. */
export function purgeFrom({ fileWriter }: SummaryWriter, step: number): void {
  fileWriter.addEvent({ wallTime: Date.now() / 1000, step, sessionStart: true });
}

/** The first two messages of a session; its metrics are the scalars of these tags in the same folder. */
export function startSession(
  { fileWriter }: SummaryWriter,
  hparams: Hparams,
  metrics: readonly string[],
  step?: number,
): void {
  for (const [name, value] of Object.entries(hparams)) {
    if (!["number", "string", "boolean"].includes(typeof value)) {
      throw new ArgumentError(
        `addHparams: expected a number, string or boolean for "${name}", got ${typeof value}`,
      );
    }
  }
  const experiment = { hparams, metrics };
  fileWriter.addSummary({ tag: "_hparams_/experiment", hparams: { experiment } }, step);
  const start = { sessionStart: hparams };
  fileWriter.addSummary({ tag: "_hparams_/session_start_info", hparams: start }, step);
}

/** The last message of a session. */
export function endSession(
  { fileWriter }: SummaryWriter,
  sessionEnd: "success" | "failure",
  step?: number,
): void {
  fileWriter.addSummary({ tag: "_hparams_/session_end_info", hparams: { sessionEnd } }, step);
}

function checkStep(where: string, step: number | undefined): void {
  if (step !== undefined && !(Number.isSafeInteger(step) && step >= 0)) {
    throw new ArgumentError(`${where}: expected a step that is an integer from 0, got ${step}`);
  }
}

function isTensor(value: object): value is Tensor {
  return "dataId" in value;
}

/** `Nov24_15-36-27`, as torch names runs. */
function timeName(): string {
  const now = new Date();
  const two = (value: number): string => String(value).padStart(2, "0");
  const month = now.toLocaleString("en", { month: "short" });
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join("-");
  return `${month}${two(now.getDate())}_${time}`;
}
