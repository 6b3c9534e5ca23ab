/**
 * What changes whenever a row of a table is written, even with what it held before: every write makes a row's version
 * anew, under the number of its transaction. Far cheaper than to compare what the rows hold.
 */
export const rowVersions = (table: string, condition = 'true'): string =>
  `(select array[count(*), sum(hashtext(xmin::text))]::text
    from commerce.${table} where ${condition}) as ${table}`;
