// How a changeset reads in CHANGELOG.md: its text alone. All of Kindling is released under one version, so
// a list of updated dependencies would say no more than the heading.

/** @type {import("@changesets/types").ChangelogFunctions} */
module.exports = {
  async getReleaseLine({ summary }) {
    return `- ${summary.trim().replaceAll("\n", "\n  ")}`;
  },

  async getDependencyReleaseLine() {
    return "";
  },
};
