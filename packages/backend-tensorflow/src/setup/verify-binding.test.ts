/// <reference types="node" />
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { FakeMachine } from "../diagnosis/fake-machine.ts";
import { verifyBinding } from "./verify-binding.ts";

const machine = new FakeMachine();
afterAll(() => machine.remove());

/** With a command that does what the shell is told. */
function verify(body: string, version: string | null = "2.20.0") {
  machine.script("verify", body);
  return verifyBinding("/b.node", version, [join(machine.bin, "verify"), "verify-binding"]);
}

test("passes on what the command prints last", async () => {
  const verified = { version: "2.20.0", device: "GPU" };
  const body = `test "$*" = "verify-binding /b.node" && echo TensorFlow says && echo '${JSON.stringify(verified)}'`;
  expect(await verify(body)).toEqual(verified);
  expect(await verify(body, null)).toEqual(verified);
});

test("takes TensorFlow's and pip's names for one version", async () => {
  const body = `echo '{"version":"2.20.0-rc0","device":"CPU"}'`;
  expect((await verify(body, "2.20.0rc0")).version).toBe("2.20.0-rc0");
});

test.each([
  [
    "another TensorFlow than it was made for",
    `echo '{"version":"2.19.1","device":"CPU"}'`,
    "expected the binding to load TensorFlow 2.20.0, got 2.19.1; reinstall that TensorFlow, and unset LD_LIBRARY_PATH where it names another",
  ],
  [
    "a glibc that is too old",
    "echo \"libc.so.6: version 'GLIBC_2.38' not found (required by x.so)\" >&2; exit 1",
    "expected the binding to load, got \"libc.so.6: version 'GLIBC_2.38' not found (required by x.so)\": its glibc is too old; install an older TensorFlow (2.12 or newer), or use a newer Linux",
  ],
  [
    "a libstdc++ that is too old",
    "echo \"version 'GLIBCXX_3.4.32' not found\" >&2; exit 1",
    "expected the binding to load, got \"version 'GLIBCXX_3.4.32' not found\": libstdc++ is older than the compiler; name the system's compiler with CXX=/usr/bin/g++",
  ],
  [
    "a disk without programs",
    "echo 'b.node: failed to map segment from shared object' >&2; exit 1",
    'expected the binding to load, got "b.node: failed to map segment from shared object": the cache folder\'s disk does not allow programs; set KINDLING_CACHE to a folder that does',
  ],
  [
    "wrong values",
    "echo 'kindling-tensorflow: expected the convolution to be 37, got 0' >&2; exit 1",
    'expected the binding to compute a convolution, got "expected the convolution to be 37, got 0"; reinstall TensorFlow, and run setup again',
  ],
  [
    "a processor without AVX",
    "kill -ILL $$",
    "expected a processor with AVX, which pip's TensorFlow is built for, got an illegal instruction; use @kindling/backend-wasm",
  ],
  [
    "too little memory",
    "kill -KILL $$",
    "expected the binding to compute a convolution, got SIGKILL; free memory, or reinstall TensorFlow",
  ],
])("%s is one line", async (_, body, message) => {
  await expect(verify(body)).rejects.toThrow(message);
});
