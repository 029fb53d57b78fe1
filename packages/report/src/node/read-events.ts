/// <reference types="node" />
// For this package's tests: reads back the events that they look at. That TensorBoard's own loader reads all of
// them is checked by parity/check_tensorboard.py.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PbfReader } from "pbf";

export interface ReadEvent {
  step: number;
  tag: string;
  scalar?: number;
  /** Hides what comes before it from its step on. */
  purges?: boolean;
}

/** The summaries and purges of every event file in the folder, oldest file first. */
export function readEvents(folder: string): ReadEvent[] {
  const files = readdirSync(folder).filter((name) => name.startsWith("events.out.tfevents."));
  return files.sort().flatMap((name) => readFile(join(folder, name)));
}

function readFile(path: string): ReadEvent[] {
  const bytes = readFileSync(path);
  const events: ReadEvent[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32LE(at);
    const event: ReadEvent = { step: 0, tag: "" };
    new PbfReader(bytes.subarray(at + 12, at + 12 + length)).readFields(readEvent, event);
    if (event.tag !== "" || event.purges) events.push(event);
    at += 16 + length;
  }
  return events;
}

function readEvent(field: number, event: ReadEvent, pbf: PbfReader): void {
  if (field === 2) event.step = pbf.readVarint();
  else if (field === 5) pbf.readMessage(readSummary, event);
  else if (field === 7) event.purges = true;
}

function readSummary(field: number, event: ReadEvent, pbf: PbfReader): void {
  if (field === 1) pbf.readMessage(readValue, event);
}

function readValue(field: number, event: ReadEvent, pbf: PbfReader): void {
  if (field === 1) event.tag = pbf.readString();
  else if (field === 2) event.scalar = pbf.readFloat();
}
