import type { CodegenConfig } from '@graphql-codegen/cli';

/** Typed documents for the tests, made from the contract file and never committed. */
const config: CodegenConfig = {
  schema: 'schema.graphql',
  importExtension: '.ts',
  documents: ['test/**/*.ts', '!test/gql/**'],
  generates: {
    'test/gql/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        enumsAsTypes: true,
        useTypeImports: true,
        scalars: { DateTime: 'string', Decimal: 'string', CurrencyCode: 'string' },
      },
    },
  },
};

export default config;
