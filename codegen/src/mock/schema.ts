import { buildSchema, type GraphQLSchema } from 'graphql';

// Node.js is looked for when this runs: bundlers find nothing to bundle, and users need no types of it.
interface Host {
  readonly process?: { getBuiltinModule?(name: 'node:fs'): FileSystem };
  readonly URL: typeof URL;
}

interface FileSystem {
  existsSync(file: URL): boolean;
  readFileSync(file: URL, encoding: 'utf8'): string;
}

// Beside the package's package.json, or where a checkout of Reelgraph has it.
const PLACES = ['../../schema.graphql', '../../../schema.graphql'];
const built = new Map<string, GraphQLSchema>();

/** The schema of an SDL; without one, of the `schema.graphql` that came with the package. */
export function schemaOf(schema: GraphQLSchema | string = packaged()): GraphQLSchema {
  if (typeof schema !== 'string') return schema;
  const known = built.get(schema) ?? buildSchema(schema);
  built.set(schema, known);
  return known;
}

function packaged(): string {
  const { process }: Host = globalThis;
  const fs = process?.getBuiltinModule?.('node:fs');
  const file = PLACES.map((place) => new URL(place, import.meta.url)).find((place) => fs?.existsSync(place));
  if (!fs || !file) throw new Error('Copy schema.graphql beside the package, or pass it as `schema`.');
  return fs.readFileSync(file, 'utf8');
}
