// Documents where they stand: .graphql files, and graphql(`…`) tags in code.
import { glob, readFile } from 'node:fs/promises';
import { basename, resolve, sep } from 'node:path';

import { parseCode } from '@graphql-tools/graphql-tag-pluck';
import { type DocumentNode, GraphQLError, parse, print, Source } from 'graphql';

import { located, Mistakes } from './mistakes.ts';

/** A text of GraphQL, and what it says. */
export interface Document {
  readonly source: Source;
  readonly node: DocumentNode;
}

const GRAPHQL = /\.(graphql|gql)$/;
const CODE = /\.[cm]?[jt]sx?$/;

/** The documents in the files that `patterns` find outside of the folder `except`; throws `Mistakes`. */
export async function findDocuments(patterns: readonly string[], except: string): Promise<Document[]> {
  const paths = await find(patterns, except);
  const sources = await Promise.all(paths.map(sourcesIn));
  return sources.flat().map(parsed);
}

/** A source parsed; throws `Mistakes`. */
export function parsed(source: Source): Document {
  try {
    return { source, node: parse(source) };
  } catch (error) {
    throw error instanceof GraphQLError ? new Mistakes([located(error)]) : error;
  }
}

/** What `graphql(…)` knows a document by: a tag's text as it stands, a file's without its comments. */
export function textOf({ source, node }: Document): string {
  return GRAPHQL.test(source.name) ? print(node) : source.body;
}

async function find(patterns: readonly string[], except: string): Promise<string[]> {
  const found = await Array.fromAsync(glob(patterns, { exclude: (path) => basename(path) === 'node_modules' }));
  const wanted = found.filter((path) => GRAPHQL.test(path) || CODE.test(path));
  const documents = wanted.filter((path) => !resolve(path).startsWith(resolve(except) + sep));
  return [...new Set(documents.map((path) => path.replaceAll(sep, '/')))].sort();
}

async function sourcesIn(path: string): Promise<Source[]> {
  const text = await readFile(path, 'utf8');
  return GRAPHQL.test(path) ? [new Source(text, path)] : tagsIn(path, text);
}

function tagsIn(path: string, text: string): Source[] {
  return tags(path, text).map(({ content, loc: { start } }) => {
    // Babel's columns begin with 0, and with the backtick.
    return new Source(content, path, { line: start.line, column: start.column + 2 });
  });
}

function tags(path: string, text: string): ReturnType<typeof parseCode> {
  try {
    // Tags find their types by their exact text, so it stays as it is indented.
    return parseCode({ code: text, filePath: path, options: { skipIndent: true } });
  } catch (error) {
    if (!isBabelError(error)) throw error;
    const { line, column } = error.loc;
    throw new Mistakes([`${path}:${line}:${column + 1}: ${error.message.replace(/ \(\d+:\d+\)$/, '')}`]);
  }
}

function isBabelError(error: unknown): error is SyntaxError & { loc: { line: number; column: number } } {
  return error instanceof SyntaxError && 'loc' in error;
}
