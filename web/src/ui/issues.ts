// What an input's fields are called on the pages.
const NAMES: Readonly<Record<string, string>> = {
  originalFilename: 'The file’s name',
  contentType: 'The file’s type',
  sizeBytes: 'The file’s size',
};

/** What is wrong with an input, as sentences. */
export function issuesInWords(issues: readonly { readonly path: readonly string[]; readonly message: string }[]): string {
  return issues.map(({ path, message }) => `${NAMES[path[0] ?? ''] ?? path.join('.')} ${message}.`).join(' ');
}
