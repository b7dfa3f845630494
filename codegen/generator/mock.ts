// Writes into FILE a made-up answer to an operation, or else why there is none.
//   node mock.ts OPERATION --schema FILE --documents GLOB… --except FOLDER --variables JSON --seed SEED --out FILE
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';

import { concatAST, type DocumentNode, Kind, separateOperations } from 'graphql';

import { mock } from '../src/mock.ts';
import { checked } from './checked.ts';
import { Mistakes } from './mistakes.ts';

type Outcome =
  | { readonly data: unknown }
  | { readonly mistakes: readonly string[] }
  | { readonly operations: readonly string[] }
  | { readonly refused: string };

const {
  values,
  positionals: [operation = ''],
} = parseArgs({
  allowPositionals: true,
  options: {
    schema: { type: 'string', default: '' },
    documents: { type: 'string', multiple: true, default: [] },
    except: { type: 'string', default: '' },
    variables: { type: 'string', default: '{}' },
    seed: { type: 'string', default: '0' },
    out: { type: 'string', default: '' },
  },
});

await writeFile(values.out, JSON.stringify(await outcome()));

async function outcome(): Promise<Outcome> {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof Mistakes) return { mistakes: error.mistakes };
    throw error;
  }
}

async function answer(): Promise<Outcome> {
  const { schema, documents } = await checked(values);
  const operations = separateOperations(concatAST(documents.map(({ node }) => node)));
  const document = operations[operation];
  if (!document) return { operations: Object.keys(operations).sort() };
  const variables: Record<string, unknown> = JSON.parse(values.variables);
  const unknown = Object.keys(variables).filter((name) => !takes(document, name));
  if (unknown.length > 0) return { refused: `It takes no variable $${unknown.join(', $')}.` };
  try {
    return { data: mock(document, { schema, variables, seed: values.seed }) };
  } catch (error) {
    return { refused: error instanceof Error ? error.message : String(error) };
  }
}

function takes({ definitions }: DocumentNode, name: string): boolean {
  return definitions.some(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      definition.variableDefinitions?.some(({ variable }) => variable.name.value === name),
  );
}
