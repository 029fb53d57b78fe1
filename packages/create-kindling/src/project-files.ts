/** A text file, its path relative to a folder and with `/`. */
export interface TextFile {
  readonly path: string;
  readonly content: string;
}

/** What a new project is called, and which Kindling it uses. */
export interface Project {
  readonly name: string;
  /** Of this package: all of Kindling is released under one version. */
  readonly version: string;
}

/**
 * A template's files as those of a project: with its name, Kindling's version, and the dot of `_gitignore`,
 * which npm would leave out of a package.
 */
export function projectFiles(template: readonly TextFile[], project: Project): TextFile[] {
  return template.map(({ path, content }) => {
    if (path === "_gitignore") return { path: ".gitignore", content };
    if (path === "package.json") return { path, content: packageJson(content, project) };
    if (path === "README.md")
      return { path, content: content.replace("# app", `# ${project.name}`) };
    return { path, content };
  });
}

interface PackageJson {
  name: string;
  dependencies: Record<string, string>;
}

function packageJson(template: string, { name, version }: Project): string {
  const manifest = JSON.parse(template) as PackageJson;
  manifest.name = name;
  for (const dependency of Object.keys(manifest.dependencies)) {
    if (dependency.startsWith("@kindling/")) manifest.dependencies[dependency] = `^${version}`;
  }
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
