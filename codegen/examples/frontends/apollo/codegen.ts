import type { CodegenConfig } from '@graphql-codegen/cli';
import { addTypenameSelectionDocumentTransform, type ClientPresetConfig } from '@graphql-codegen/client-preset';

const config: CodegenConfig = {
  schema: '../../../schema.graphql',
  documents: 'apollo/*.tsx',
  importExtension: '.ts',
  generates: {
    'apollo/gql/': {
      preset: 'client',
      // Apollo's cache tells objects apart by their types, so the document that is hashed must ask for them.
      documentTransforms: [addTypenameSelectionDocumentTransform],
      presetConfig: {
        fragmentMasking: { unmaskFunctionName: 'getFragmentData' },
        persistedDocuments: { hashAlgorithm: 'sha256' },
      } satisfies ClientPresetConfig,
      config: {
        useTypeImports: true,
        immutableTypes: true,
        enumType: 'string-literal',
        strictScalars: true,
        scalars: { ID: 'string', BigInt: 'number', DateTime: 'string', URL: 'string' },
        // Apollo Client throws on any error, so what is null only on error is never null.
        nullability: { errorHandlingClient: true },
      },
    },
    'apollo/gql/possible-types.ts': {
      plugins: ['fragment-matcher'],
      config: { useExplicitTyping: true },
    },
  },
};

export default config;
