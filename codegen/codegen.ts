import type { CodegenConfig } from '@graphql-codegen/cli';
import type { ClientPresetConfig } from '@graphql-codegen/client-preset';

const config: CodegenConfig = {
  schema: '../schema.graphql',
  documents: 'operations/*.graphql',
  importExtension: '.ts',
  generates: {
    'src/gql/': {
      preset: 'client',
      presetConfig: {
        // The default name, `useFragment`, looks like a React hook and is none.
        fragmentMasking: { unmaskFunctionName: 'getFragmentData' },
      } satisfies ClientPresetConfig,
      config: {
        documentMode: 'string',
        useTypeImports: true,
        immutableTypes: true,
        enumType: 'string-literal',
        // A list is sent as a list, though GraphQL would take a single value for it.
        arrayInputCoercion: false,
        strictScalars: true,
        // `execute` throws where there are errors, so what is null only on error is never null.
        nullability: { errorHandlingClient: true },
        scalars: { ID: 'string', BigInt: 'number', DateTime: 'string', URL: 'string' },
      },
    },
  },
};

export default config;
