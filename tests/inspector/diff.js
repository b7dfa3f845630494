// Prints, as JSON, what graphql-inspector finds between the two schemas of each pair in a JSON file.
import { readFile } from 'node:fs/promises';
import { diff } from '@graphql-inspector/core';
import { buildSchema } from 'graphql';

const pairs = JSON.parse(await readFile(process.argv[2], 'utf8'));
const found = await Promise.all(
  pairs.map(({ old, new: changed }) => diff(buildSchema(old), buildSchema(changed))),
);
console.log(
  JSON.stringify(
    found.map((changes) =>
      changes.map(({ path, type, criticality }) => ({ path, type, criticality: criticality.level })),
    ),
  ),
);
