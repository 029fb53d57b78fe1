// TensorBoard's messages, the fields that are written here. Numbers and types are those of
// tensorboard/compat/proto/{event,summary,histogram,tensor,tensor_shape}.proto and
// tensorboard/plugins/hparams/{plugin_data,api}.proto of TensorBoard 2.21.
import { PbfWriter } from "pbf";
import type { Histogram } from "./histogram.ts";

/** Summary.Value: what one tag shows at one step, one of these kinds. */
export type SummaryValue = { readonly tag: string } & (
  | { readonly scalar: number }
  | { readonly histogram: Histogram }
  | { readonly image: EncodedImage }
  | { readonly text: string }
  | { readonly hparams: HparamsData }
);

export interface EncodedImage {
  readonly height: number;
  readonly width: number;
  /** 1 grey, 3 RGB, 4 RGBA. */
  readonly channels: number;
  readonly png: Uint8Array;
}

/** What TensorBoard's table of hyperparameters can sort and filter by. */
export type HparamValue = number | string | boolean;

/** HParamsPluginData: one of an experiment's three messages. */
export type HparamsData =
  | { readonly experiment: { readonly hparams: Hparams; readonly metrics: readonly string[] } }
  | { readonly sessionStart: Hparams }
  | { readonly sessionEnd: "success" | "failure" };

/** A run's hyperparameters, by name. */
export type Hparams = Readonly<Record<string, HparamValue>>;

export interface Event {
  /** Seconds since 1970. */
  readonly wallTime: number;
  readonly step?: number | undefined;
  readonly fileVersion?: string;
  /** Hides what an earlier file has from this event's step on. */
  readonly sessionStart?: boolean;
  readonly value?: SummaryValue;
}

/** `Event` of event.proto. */
export function encodeEvent(event: Event): Uint8Array {
  const pbf = new PbfWriter();
  pbf.writeDoubleField(1, event.wallTime);
  if (event.step !== undefined) pbf.writeVarintField(2, event.step);
  if (event.fileVersion !== undefined) {
    pbf.writeStringField(3, event.fileVersion);
    pbf.writeMessage(10, writeSourceMetadata, "kindling");
  }
  if (event.value !== undefined) pbf.writeMessage(5, writeSummary, event.value);
  if (event.sessionStart === true) pbf.writeMessage(7, writeSessionLog, SESSION_START);
  return pbf.finish();
}

const SESSION_START = 1; // SessionLog.SessionStatus
const DT_STRING = 7; // DataType of types.proto
const STATUS = { success: 1, failure: 2 } as const; // Status of hparams/api.proto
const DATA_TYPE = { string: 1, boolean: 2, number: 3 } as const; // DataType of hparams/api.proto

function writeSourceMetadata(writer: string, pbf: PbfWriter): void {
  pbf.writeStringField(1, writer);
}

function writeSessionLog(status: number, pbf: PbfWriter): void {
  pbf.writeVarintField(1, status);
}

function writeSummary(value: SummaryValue, pbf: PbfWriter): void {
  pbf.writeMessage(1, writeValue, value);
}

function writeValue(value: SummaryValue, pbf: PbfWriter): void {
  pbf.writeStringField(1, value.tag);
  if ("scalar" in value) pbf.writeFloatField(2, value.scalar);
  else if ("image" in value) pbf.writeMessage(4, writeImage, value.image);
  else if ("histogram" in value) pbf.writeMessage(5, writeHistogram, value.histogram);
  else if ("text" in value) {
    pbf.writeMessage(9, writeMetadata, { plugin: "text", content: new Uint8Array() });
    pbf.writeMessage(8, writeTextTensor, value.text);
  } else {
    const content = new PbfWriter();
    writeHparamsData(value.hparams, content);
    pbf.writeMessage(9, writeMetadata, { plugin: "hparams", content: content.finish() });
  }
}

function writeImage({ height, width, channels, png }: EncodedImage, pbf: PbfWriter): void {
  pbf.writeVarintField(1, height);
  pbf.writeVarintField(2, width);
  pbf.writeVarintField(3, channels);
  pbf.writeBytesField(4, png);
}

function writeHistogram(histogram: Histogram, pbf: PbfWriter): void {
  pbf.writeDoubleField(1, histogram.min);
  pbf.writeDoubleField(2, histogram.max);
  pbf.writeDoubleField(3, histogram.num);
  pbf.writeDoubleField(4, histogram.sum);
  pbf.writeDoubleField(5, histogram.sumSquares);
  pbf.writePackedDouble(6, histogram.limits);
  pbf.writePackedDouble(7, histogram.counts);
}

interface Metadata {
  readonly plugin: string;
  readonly content: Uint8Array;
}

// SummaryMetadata, and in it its PluginData.
function writeMetadata(metadata: Metadata, pbf: PbfWriter): void {
  pbf.writeMessage(1, writePluginData, metadata);
}

function writePluginData({ plugin, content }: Metadata, pbf: PbfWriter): void {
  pbf.writeStringField(1, plugin);
  pbf.writeBytesField(2, content);
}

// TensorProto of one string; its shape, [1], is TensorShapeProto with one Dim.
function writeTextTensor(text: string, pbf: PbfWriter): void {
  pbf.writeVarintField(1, DT_STRING);
  pbf.writeMessage(2, writeShapeOfOne, null);
  pbf.writeStringField(8, text);
}

function writeShapeOfOne(_: null, pbf: PbfWriter): void {
  pbf.writeMessage(2, (size: number, dim) => dim.writeVarintField(1, size), 1);
}

function writeHparamsData(data: HparamsData, pbf: PbfWriter): void {
  if ("experiment" in data) pbf.writeMessage(2, writeExperiment, data.experiment);
  else if ("sessionStart" in data) pbf.writeMessage(3, writeSessionStart, data.sessionStart);
  else
    pbf.writeMessage(
      4,
      (status: number, end) => end.writeVarintField(1, status),
      STATUS[data.sessionEnd],
    );
}

interface Experiment {
  readonly hparams: Hparams;
  readonly metrics: readonly string[];
}

function writeExperiment({ hparams, metrics }: Experiment, pbf: PbfWriter): void {
  for (const entry of Object.entries(hparams)) pbf.writeMessage(4, writeHparamInfo, entry);
  for (const metric of metrics) pbf.writeMessage(5, writeMetricInfo, metric);
}

function writeHparamInfo([name, value]: [string, HparamValue], pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  pbf.writeVarintField(4, DATA_TYPE[typeof value as keyof typeof DATA_TYPE]);
}

function writeMetricInfo(tag: string, pbf: PbfWriter): void {
  pbf.writeMessage(1, (name: string, metric) => metric.writeStringField(2, name), tag);
}

// SessionStartInfo.hparams is a map: an entry a message of key 1 and google.protobuf.Value 2.
function writeSessionStart(hparams: Hparams, pbf: PbfWriter): void {
  for (const entry of Object.entries(hparams)) pbf.writeMessage(1, writeHparam, entry);
}

function writeHparam([name, value]: [string, HparamValue], pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  pbf.writeMessage(2, writeStructValue, value);
}

// google/protobuf/struct.proto
function writeStructValue(value: HparamValue, pbf: PbfWriter): void {
  if (typeof value === "number") pbf.writeDoubleField(2, value);
  else if (typeof value === "string") pbf.writeStringField(3, value);
  else pbf.writeBooleanField(4, value);
}
