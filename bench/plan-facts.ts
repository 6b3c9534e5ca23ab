import type pg from 'pg';
import { type Statement, sessionStatement } from '../src/data/database.ts';
import type { Session } from '../src/data/source.ts';

/** A node of what `explain (analyze, buffers, format json)` answers. */
interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly PlanNode[];
}

/** How a statement was carried out. */
export interface PlanFacts {
  /** Of the execution alone: a connection plans a prepared statement once. */
  readonly milliseconds: number;
  /** Pages of 8 KB that were looked at. */
  readonly pages: number;
  readonly rows: number;
  /** What it does that takes longer the more rows there are. */
  readonly remarks: readonly string[];
}

/** Rows that a statement may read beyond those that it answers, before that is remarked. */
const MANY = 1_000;

/**
 * Explains a statement as the gateway runs it: prepared, with a generic plan, under the client's role and the session. It
 * runs twice, and the second time counts.
 */
export async function explain(
  client: pg.Client,
  session: Session,
  { text, values }: Statement,
): Promise<PlanFacts> {
  const given = values.map((value) => (value === null ? 'null' : client.escapeLiteral(value)));
  const list = given.length > 0 ? `(${given.join(', ')})` : '';
  const run = `explain (analyze, buffers, format json) execute explained${list}`;
  const bound = sessionStatement(session);
  await client.query('begin');
  try {
    await client.query(bound.text, [...bound.values]);
    await client.query(`prepare explained as ${text}`);
    await client.query(run);
    const { rows } = await client.query(run);
    const [{ Plan: plan, 'Execution Time': milliseconds }] = rows[0]['QUERY PLAN'];
    return factsOf(plan as PlanNode, milliseconds as number);
  } finally {
    await client.query('rollback');
    await client.query('deallocate all');
  }
}

const nodesOf = (node: PlanNode): readonly PlanNode[] => [
  node,
  ...(node.Plans ?? []).flatMap(nodesOf),
];

function factsOf(plan: PlanNode, milliseconds: number): PlanFacts {
  return {
    milliseconds,
    pages: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'],
    rows: plan['Actual Rows'] * plan['Actual Loops'],
    remarks: nodesOf(plan).flatMap(remarksOn),
  };
}

function remarksOn(node: PlanNode): readonly string[] {
  const { 'Node Type': type, 'Actual Loops': loops } = node;
  const rows = Math.round(node['Actual Rows'] * loops);
  const removed = Math.round((node['Rows Removed by Filter'] ?? 0) * loops);
  const where = node['Index Name'] ?? node['Relation Name'] ?? '';
  return [
    ...(type === 'Seq Scan' && rows + removed > MANY
      ? [`reads all ${rows + removed} of ${where}`]
      : []),
    ...(type !== 'Seq Scan' && removed > MANY ? [`discards ${removed} of ${where}`] : []),
    ...(type.endsWith('Sort') && childRows(node) > MANY ? [`sorts ${childRows(node)}`] : []),
    ...(type.includes('Aggregate') && childRows(node) > MANY ? [`counts ${childRows(node)}`] : []),
  ];
}

const childRows = ({ Plans = [] }: PlanNode) =>
  Math.round(Plans.reduce((sum, plan) => sum + plan['Actual Rows'] * plan['Actual Loops'], 0));
