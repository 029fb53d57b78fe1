/// <reference types="node" />
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BackendError } from "@kindling/core";
import { findTfjsNode, type TfjsNode } from "../binding/find-package.ts";

const VERSION = "4.22.0";
const INSTALL = `npm install --ignore-scripts @tensorflow/tfjs-node-gpu@${VERSION}`;

/** The installed tfjs-node, whose sources are compiled. @throws {BackendError} when there is none, or another version. */
export function findSources(): TfjsNode & { readonly version: string } {
  const tfjsNode = findTfjsNode();
  if (tfjsNode === null) {
    throw new BackendError(`expected @tensorflow/tfjs-node-gpu ${VERSION}, got none; ${INSTALL}`);
  }
  const { version } = JSON.parse(readFileSync(join(tfjsNode.folder, "package.json"), "utf8"));
  if (version !== VERSION) {
    throw new BackendError(`expected ${tfjsNode.name} ${VERSION}, got ${version}; ${INSTALL}`);
  }
  return { ...tfjsNode, version };
}
