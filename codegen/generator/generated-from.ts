import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import { type Document, textOf } from './documents.ts';

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version: string }>>;
}

// What decides on a letter of the output.
const PACKAGE = /^node_modules\/(@graphql-(?:codegen|tools)\/[^/]+|graphql|graphql-sock)$/;

/** What the files beside it are generated from, as JSON: by it `--check` says what has changed since. */
export async function generatedFrom(schema: string, documents: readonly Document[]): Promise<string> {
  const operations = documents.map(textOf).join('\n');
  const from = { schema: sha256(schema), operations: sha256(operations), generator: await versions() };
  return `${JSON.stringify(from, null, 2)}\n`;
}

async function versions(): Promise<Record<string, string>> {
  const lock: Lock = JSON.parse(await readFile(new URL('../package-lock.json', import.meta.url), 'utf8'));
  const packages = Object.entries(lock.packages).flatMap(([path, { version }]) => {
    const name = PACKAGE.exec(path)?.[1];
    return name ? [[name, version] as const] : [];
  });
  return Object.fromEntries(packages);
}

function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
