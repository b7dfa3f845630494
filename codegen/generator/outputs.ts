// What is generated, with which settings.
import { basename } from 'node:path';

import * as add from '@graphql-codegen/add';
import { type ClientPresetConfig, preset } from '@graphql-codegen/client-preset';
import { codegen } from '@graphql-codegen/core';
import type { Types } from '@graphql-codegen/plugin-helpers';
import * as typescript from '@graphql-codegen/typescript';
import { buildASTSchema, type DocumentNode } from 'graphql';

import { type Document, textOf } from './documents.ts';

const shared = {
  useTypeImports: true,
  immutableTypes: true,
  strictScalars: true,
  scalars: { ID: 'string', BigInt: 'number', DateTime: 'string', URL: 'string' },
};

const client = {
  ...shared,
  documentMode: 'string',
  importExtension: '.ts',
  enumType: 'string-literal',
  // A list is sent as a list, though GraphQL would take a single value for it.
  arrayInputCoercion: false,
  // `execute` throws what is in `errors`: a field that is null only beside an error is never null to its callers.
  nullability: { errorHandlingClient: true },
};

const clientPreset: ClientPresetConfig = {
  // The default name, `useFragment`, looks like a React hook and is none.
  fragmentMasking: { unmaskFunctionName: 'getFragmentData' },
  persistedDocuments: { mode: 'embedHashInDocument', hashAlgorithm: 'sha256' },
};

const wholeSchema = {
  ...shared,
  enumsAsTypes: true,
  inputMaybeValue: 'T | null | undefined',
  // Picked from a type, a field is there: null, not undefined.
  avoidOptionals: { field: true },
  nonOptionalTypename: true,
};

/** The generated files' contents, by their names. */
export async function outputs(schema: DocumentNode, documents: readonly Document[]): Promise<Map<string, string>> {
  const wanted = [...(await clientOutputs(schema, documents)), schemaTypes(schema)];
  const generated = wanted.map(async (output) => [basename(output.filename), await codegen(output)] as const);
  return new Map(await Promise.all(generated));
}

async function clientOutputs(schema: DocumentNode, documents: readonly Document[]): Promise<Types.GenerateOptions[]> {
  return await preset.buildGeneratesSection({
    baseOutputDir: './',
    schema,
    schemaAst: buildASTSchema(schema),
    documents: documents.map(documentFile),
    config: client,
    presetConfig: clientPreset,
    plugins: [],
    pluginMap: {},
  });
}

function documentFile(document: Document): Types.DocumentFile {
  return { location: document.source.name, rawSDL: textOf(document), document: document.node };
}

function schemaTypes(schema: DocumentNode): Types.GenerateOptions {
  return {
    filename: 'schema-types.ts',
    schema,
    documents: [],
    config: wholeSchema,
    plugins: [{ add: { content: '/* eslint-disable */' } }, { typescript: {} }],
    pluginMap: { add, typescript },
  };
}
