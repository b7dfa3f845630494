import { readFile } from 'node:fs/promises';

import {
  buildASTSchema,
  concatAST,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  NoUnusedFragmentsRule,
  Source,
  specifiedRules,
  validate,
} from 'graphql';

import { type Document, findDocuments, parsed } from './documents.ts';
import { located, Mistakes } from './mistakes.ts';

interface Files {
  readonly schema: string;
  readonly documents: readonly string[];
  readonly except: string;
}

interface Sources {
  readonly sdl: Document;
  readonly schema: GraphQLSchema;
  readonly documents: readonly Document[];
}

// Fragments are also there to be copied, so one that no operation spreads is no mistake.
const rules = specifiedRules.filter((rule) => rule !== NoUnusedFragmentsRule);

/** A schema and the documents that `documents` finds outside of the folder `except`, valid by it; throws `Mistakes`. */
export async function checked(files: Files): Promise<Sources> {
  const sdl = parsed(new Source(await readFile(files.schema, 'utf8'), files.schema));
  const documents = await findDocuments(files.documents, files.except);
  const schema = built(sdl);
  if (documents.length === 0) throw new Mistakes([`There are no documents in ${files.documents.join(', ')}.`]);
  const nodes = documents.map((document) => document.node);
  const mistakes = [...nodes.flatMap(unnamed), ...validate(schema, concatAST(nodes), rules)];
  if (mistakes.length > 0) throw new Mistakes(mistakes.map(located));
  return { sdl, schema, documents };
}

function unnamed({ definitions }: DocumentNode): GraphQLError[] {
  return definitions
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION && !definition.name)
    .map((definition) => new GraphQLError('Name this operation: its types are called by it.', { nodes: definition }));
}

function built({ node, source }: Document): GraphQLSchema {
  try {
    return buildASTSchema(node);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Mistakes([`${source.name} is no valid schema: ${message}`]);
  }
}
