// `graphql-codegen` for scripts: writes into the folder that is its argument, so that a comparison leaves `src/gql/`
// alone, and fails with a plain message.
import { generate } from '@graphql-codegen/cli';

import config from './codegen.ts';

const [output] = Object.values(config.generates);
const [folder] = process.argv.slice(2);
if (!output || !folder?.endsWith('/')) throw new Error('Usage: node generate.ts FOLDER/');

try {
  await generate({ ...config, generates: { [folder]: output }, silent: true });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
