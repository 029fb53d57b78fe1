/// <reference types="node" />
import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { ArgumentError } from "@kindling/core";
import { type Event, encodeEvent, type SummaryValue } from "./protos.ts";
import { encodeRecord } from "./record.ts";

export interface FileWriterOptions {
  /** At the end of the file's name. */
  filenameSuffix?: string;
}

// Distinguishes the files that a process starts within a second; TensorBoard reads them in their names' order.
let filesStarted = 0;

/**
 * One event file. An event is one write, done when the call returns, so that a crash loses none and
 * TensorBoard sees all; a scalar takes some ten microseconds.
 */
export class FileWriter {
  readonly logDir: string;
  readonly path: string;
  #file: number | null;

  constructor(logDir: string, { filenameSuffix = "" }: FileWriterOptions = {}) {
    const time = String(Math.floor(Date.now() / 1000)).padStart(10, "0");
    const started = String(filesStarted++).padStart(4, "0");
    const name = `events.out.tfevents.${time}.${hostname()}.${process.pid}.${started}`;
    this.logDir = logDir;
    this.path = join(logDir, name + filenameSuffix);
    mkdirSync(logDir, { recursive: true });
    // Not over another's: two containers may share a host name, a process id and a folder.
    this.#file = openSync(this.path, "ax");
    this.addEvent({ wallTime: seconds(), fileVersion: "brain.Event:2" });
  }

  /** @param wallTime - seconds since 1970. @throws {ArgumentError} when the writer is closed. */
  addSummary(value: SummaryValue, step?: number, wallTime: number = seconds()): void {
    this.addEvent({ value, step, wallTime });
  }

  addEvent(event: Event): void {
    const record = encodeRecord(encodeEvent(event));
    // A write may take a part: the file stays readable only if the rest follows.
    for (let at = 0; at < record.length; ) at += writeSync(this.#open(), record, at);
  }

  /** Returns once the disk has it all, also if the machine stops. */
  flush(): void {
    fsyncSync(this.#open());
  }

  /** May be called twice. */
  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  #open(): number {
    if (this.#file === null) {
      throw new ArgumentError(
        `SummaryWriter: expected an open writer, got one that was closed (${this.path}); make a new one`,
      );
    }
    return this.#file;
  }
}

function seconds(): number {
  return Date.now() / 1000;
}
