import type { GraphQLError } from 'graphql';

/** What is wrong with the schema or the documents, each as `file:line:column: message`. */
export class Mistakes extends Error {
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(mistakes.join('\n'));
    this.mistakes = mistakes;
  }
}

/** An error with its place in the file, of which its source may be a part. */
export function located({ message, source, locations }: GraphQLError): string {
  const place = locations?.[0];
  if (!source || !place) return message;
  const { line, column } = source.locationOffset;
  const before = place.line === 1 ? column - 1 : 0;
  return `${source.name}:${line - 1 + place.line}:${before + place.column}: ${message}`;
}
