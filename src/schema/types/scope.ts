import { SCOPES, type ScopeDefinition } from '../../scopes/catalogue.ts';
import { builder } from '../builder.ts';
import { derived, given } from '../fields.ts';

const ScopeSensitivity = builder.enumType('ScopeSensitivity', {
  description: 'What a merchant should know about a scope before granting it.',
  values: {
    PII: { description: 'Opens personal data of customers.' },
    FINANCIAL: { description: 'Opens figures about money.' },
  },
});

const ScopeGate = builder.enumType('ScopeGate', {
  description: 'Who may use a scope at all.',
  values: {
    NONE: { description: 'Any app that a merchant grants it to.' },
    ADMIN: { description: 'Only public apps that the platform reviewed and approved.' },
  },
});

const ScopeKind = builder.enumType('ScopeKind', {
  description: 'What a scope does.',
  values: {
    FIELD: { description: 'Opens fields of the schema.' },
    ROW: { description: 'Lets the fields that other scopes open show more rows.' },
  },
});

export const Scope = builder.objectRef<ScopeDefinition>('Scope').implement({
  description: 'Something that an app may ask a merchant for.',
  authScopes: { public: true },
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name, as tokens carry it.' }),
    group: t.exposeString('group', { description: 'The part of the platform it belongs to.' }),
    description: t.exposeString('description', { description: 'What granting it allows.' }),
    sensitivity: t.field({
      type: ScopeSensitivity,
      nullable: true,
      description: 'What to know before granting it; null when there is nothing.',
      ...derived(['sensitivity'], ({ sensitivity }: ScopeDefinition) =>
        sensitivity === 'pii' ? 'PII' : sensitivity === 'financial' ? 'FINANCIAL' : null,
      ),
    }),
    gate: t.field({
      type: ScopeGate,
      description: 'Who may use it at all.',
      ...derived(['gate'], ({ gate }: ScopeDefinition) => (gate === 'admin' ? 'ADMIN' : 'NONE')),
    }),
    kind: t.field({
      type: ScopeKind,
      description: 'What it does.',
      ...derived(['kind'], ({ kind }: ScopeDefinition) => (kind === 'row' ? 'ROW' : 'FIELD')),
    }),
    includes: t.exposeStringList('includes', {
      description: 'The names of the scopes that come with it.',
    }),
  }),
});

builder.queryField('scopes', (t) =>
  t.field({
    type: [Scope],
    authScopes: { public: true },
    description: 'Every scope that exists, for anyone to read.',
    ...given(() => SCOPES),
  }),
);
