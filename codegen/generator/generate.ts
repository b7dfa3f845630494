// Writes what is made from a schema and documents into FOLDER/gql, or else FOLDER/mistakes.json.
//   node generate.ts --schema FILE --documents GLOB… --except FOLDER --out FOLDER
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { checked } from './checked.ts';
import { generatedFrom } from './generated-from.ts';
import { Mistakes } from './mistakes.ts';
import { outputs } from './outputs.ts';

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
  const { sdl, documents } = await checked(values);
  const files = await outputs(sdl.node, documents);
  files.set('generated-from.json', await generatedFrom(sdl.source.body, documents));
  await mkdir(join(values.out, 'gql'));
  for (const [name, content] of files) await writeFile(join(values.out, 'gql', name), content);
}
