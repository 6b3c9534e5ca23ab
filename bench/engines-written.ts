import type { GraphQLScalarType } from 'graphql';
import type { Cell, CellRow, Load, Session, Source } from '../src/data/source.ts';
import { cellWriter, quoted } from '../src/engine/json.ts';
import { schema } from '../src/schema/index.ts';
import { decimalIn } from '../src/schema/money.ts';

/**
 * Q2 as a code generator would write it: the loads that the engine makes, in the same waves, and one function whose text
 * names every cell by its number. Nothing in it is looked up, and nothing is asked that this operation does not need.
 */
export function writtenOut(
  source: Source,
  session: Session,
  waves: readonly (readonly Load[])[],
): () => Promise<string> {
  const [[orders] = [], [customers, lineItems, claims] = []] = waves;
  if (!orders || !customers || !lineItems || !claims) throw new Error('Q2 is loaded otherwise.');
  const cell = (load: Load, row: string) => (name: string) =>
    `${row}[${'columns' in load ? load.columns.indexOf(name) : -1}]`;
  const [o, c, l, m] = [
    cell(orders, 'o'),
    cell(customers, 'c'),
    cell(lineItems, 'l'),
    cell(claims, 'm'),
  ];
  const [product] = ('joins' in lineItems && lineItems.joins) || [];
  const first = 'columns' in lineItems ? lineItems.columns.length : 0;
  const p = (name: string) => `l[${first + (product?.columns.indexOf(name) ?? -1)}]`;
  const text = (value: string) => `q(${value})`;
  const code = `
    const customers = new Map(), items = group(lineItems, ${l('orderId').slice(2, -1)}), claims = group(claimRows, ${m('orderId').slice(2, -1)});
    for (const c of customerRows) customers.set(${c('id')}, c);
    let json = '{"orders":{"nodes":[';
    const shown = Math.min(orders.length, 50);
    for (let i = 0; i < shown; i += 1) {
      const o = orders[i], c = customers.get(${o('customerId')});
      json += (i > 0 ? ',' : '') + '{"id":' + ${text(o('id'))} + ',"sourceNumber":' + ${text(o('sourceNumber'))} + ',"createdAt":' + moment(${o('createdAt')})
        + ',"financialStatus":"' + ${o('financialStatus')} + '","fulfillmentStatus":"' + ${o('fulfillmentStatus')} + '","total":{"amount":"' + decimal(${o('currency')}, ${o('total')})
        + '","currencyCode":' + ${text(o('currency'))} + '},"customer":' + (c === undefined ? 'null' : '{"id":' + ${text(c('id'))} + ',"firstName":' + orNull(${c('firstName')})
        + ',"lastName":' + orNull(${c('lastName')}) + ',"email":' + orNull(${c('email')}) + '}') + ',"lineItems":{"nodes":[';
      const own = items.get(${o('id')}) ?? [];
      for (let j = 0; j < own.length && j < 10; j += 1) {
        const l = own[j];
        json += (j > 0 ? ',' : '') + '{"id":' + ${text(l('id'))} + ',"name":' + ${text(l('name'))} + ',"sku":' + orNull(${l('sku')}) + ',"quantity":' + ${l('quantity')}
          + ',"unitPrice":{"amount":"' + decimal(${l('currency')}, ${l('unitPrice')}) + '","currencyCode":' + ${text(l('currency'))} + '},"product":' + (${p('id')} === null ? 'null' : '{"id":' + ${text(p('id'))}
          + ',"name":' + ${text(p('name'))} + ',"kind":"' + ${p('kind')} + '","status":"' + ${p('status')} + '"}') + '}';
      }
      json += ']},"claims":{"nodes":[';
      const filed = claims.get(${o('id')}) ?? [];
      for (let j = 0; j < filed.length && j < 5; j += 1) {
        const m = filed[j];
        json += (j > 0 ? ',' : '') + '{"id":' + ${text(m('id'))} + ',"type":' + orNull(${m('type')}) + ',"state":' + ${text(m('state'))} + ',"createdAt":' + moment(${m('createdAt')}) + '}';
      }
      json += ']}}';
    }
    return json + '],"pageInfo":{"hasNextPage":' + (orders.length > 50) + '}}}';`;
  const names = ['orders', 'customerRows', 'lineItems', 'claimRows'];
  const write = new Function(...names, ...Object.keys(HELP), code) as (
    ...args: unknown[]
  ) => string;
  const help = Object.values(HELP);
  const withKeys = (load: Load, keys: readonly string[]): Load =>
    load.kind === 'rows' ? { ...load, keys } : ({ ...load, parents: keys } as Load);
  const id = Number(o('id').slice(2, -1));
  const customerId = Number(o('customerId').slice(2, -1));
  return async () => {
    const [found = []] = await source.wave(session, [orders]);
    const shown = found.slice(0, 50);
    const ids = shown.map((row) => row[id] ?? '');
    const buyers = new Set(shown.map((row) => row[customerId]).filter((key) => key != null));
    const rest = await source.wave(session, [
      withKeys(customers, [...buyers] as string[]),
      withKeys(lineItems, ids),
      withKeys(claims, ids),
    ]);
    return write(found, ...rest, ...help);
  };
}

/** What generated code calls. */
const HELP = {
  q: quoted,
  orNull: (cell: Cell) => (cell === null ? 'null' : quoted(cell)),
  decimal: decimalIn,
  moment: cellWriter(schema.getType('DateTime') as GraphQLScalarType, 'timestamptz'),
  group(rows: readonly CellRow[], cell: number) {
    const groups = new Map<Cell | undefined, CellRow[]>();
    for (const row of rows) {
      const group = groups.get(row[cell]);
      if (group) group.push(row);
      else groups.set(row[cell], [row]);
    }
    return groups;
  },
};
