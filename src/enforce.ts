/**
 * `scopegate/enforce`: scopes for any GraphQL schema, without this gateway. It needs `graphql` alone.
 *
 * `executeScoped` is the whole of it for most: what it does in steps is `requirementIndex`, once for a schema, then
 * `planOperation` once for a document, then `decide` for each request. `explain` answers what an
 * operation needs without running it, `diffScopes` what changed between two schemas.
 */
export {
  type DecideOptions,
  type Decision,
  decide,
  type ScopeMode,
} from './scopes/decide.ts';
export { diffScopes, type ScopeChange } from './scopes/diff.ts';
export { type ExecuteScopedOptions, executeScoped, scopesOf } from './scopes/execute-scoped.ts';
export { type ExplainOptions, type Explanation, explain } from './scopes/explain.ts';
export type { Need } from './scopes/field-facts.ts';
export type { FilteredOperation } from './scopes/filter.ts';
export { type Plan, type PlannedNeed, planOperation } from './scopes/plan.ts';
export type { RefusalErrors } from './scopes/refusals.ts';
export { type Granted, type Requirement, RequirementError } from './scopes/requirement.ts';
export {
  type IndexOptions,
  type RequirementIndex,
  requirementIndex,
  type Undeclared,
} from './scopes/requirement-index.ts';
export { type FilteredRequest, restoreRefused } from './scopes/restore.ts';
