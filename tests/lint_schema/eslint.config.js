// graphql-eslint's recommended and Relay rules for the schema.graphql of the folder that ESLint runs in.

import graphql from '@graphql-eslint/eslint-plugin'

// What has no life of its own needs no id: answers, pages, and values that stand inside something that has one.
const withoutId = {
  suffixes: ['Success', 'Error', 'Connection', 'Edge'],
  types: [
    'InputIssue',
    'PageInfo',
    'ProcessingStage',
    'SubtitleFile',
    'TranscriptMatch',
    'UploadHeader',
    'UploadTarget',
    'VideoJobEvent',
  ],
}

export default [
  {
    files: ['**/*.graphql'],
    plugins: { '@graphql-eslint': graphql },
    languageOptions: {
      parser: graphql.parser,
      parserOptions: { graphQLConfig: { schema: 'schema.graphql' } },
    },
    rules: {
      ...graphql.configs['flat/schema-recommended'].rules,
      ...graphql.configs['flat/schema-relay'].rules,
      '@graphql-eslint/strict-id-in-types': ['error', { exceptions: withoutId }],
      '@graphql-eslint/relay-edge-types': [
        'error',
        {
          // `nodes` beside `edges` is a shortcut that we offer, and tags, stages and ids are lists that end by themselves.
          listTypeCanWrapOnlyEdgeType: false,
          // A match of a search is a pair of a passage and its video: nothing that can be found again by an id.
          shouldImplementNode: false,
        },
      ],
      // A ranked search goes forwards only; that all other lists go both ways is what relay/src asks for.
      '@graphql-eslint/relay-arguments': ['error', { includeBoth: false }],
    },
  },
]
