// Writes what is made from a schema and documents into FOLDER/gql, or else FOLDER/mistakes.json.
//   node generate.ts --schema FILE --documents GLOB… --except FOLDER --out FOLDER
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

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
import { generatedFrom } from './generated-from.ts';
import { located, Mistakes } from './mistakes.ts';
import { outputs } from './outputs.ts';

// Fragments are also there to be copied, so one that no operation spreads is no mistake.
const rules = specifiedRules.filter((rule) => rule !== NoUnusedFragmentsRule);

const { values } = parseArgs({
  options: {
    schema: { type: 'string', default: '' },
    documents: { type: 'string', multiple: true, default: [] },
    except: { type: 'string', default: '' },
    out: { type: 'string', default: '' },
  },
});

try {
  await generate();
} catch (error) {
  if (error instanceof Mistakes) await writeFile(join(values.out, 'mistakes.json'), JSON.stringify(error.mistakes));
  else fail(error);
}

function fail(error: unknown): void {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function generate(): Promise<void> {
  const source = new Source(await readFile(values.schema, 'utf8'), values.schema);
  const schema = parsed(source).node;
  const documents = await findDocuments(values.documents, values.except);
  check(built(schema, source.name), documents);
  const files = await outputs(schema, documents);
  files.set('generated-from.json', await generatedFrom(source.body, documents));
  await mkdir(join(values.out, 'gql'));
  for (const [name, content] of files) await writeFile(join(values.out, 'gql', name), content);
}

function check(schema: GraphQLSchema, documents: readonly Document[]): void {
  if (documents.length === 0) throw new Mistakes([`There are no documents in ${values.documents.join(', ')}.`]);
  const nodes = documents.map((document) => document.node);
  const mistakes = [...nodes.flatMap(unnamed), ...validate(schema, concatAST(nodes), rules)];
  if (mistakes.length > 0) throw new Mistakes(mistakes.map(located));
}

function unnamed({ definitions }: DocumentNode): GraphQLError[] {
  return definitions
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION && !definition.name)
    .map((definition) => new GraphQLError('Name this operation: its types are called by it.', { nodes: definition }));
}

function built(schema: DocumentNode, name: string): GraphQLSchema {
  try {
    return buildASTSchema(schema);
  } catch (error) {
    throw new Mistakes([`${name} is no valid schema: ${error instanceof Error ? error.message : String(error)}`]);
  }
}
