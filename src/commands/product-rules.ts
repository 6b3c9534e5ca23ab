import type { PRODUCT_KINDS } from '../data/values.ts';
import type { Issues } from './shapes.ts';

export const TWICE_IN_GROUP = 'It is in the group already. Say how many there are by its quantity.';

/** What the kind of a product decides on. */
interface Parts {
  readonly kind?: (typeof PRODUCT_KINDS)[number] | null | undefined;
  readonly inventory?: object | null | undefined;
  readonly variants?: readonly unknown[] | null | undefined;
  readonly members?: readonly unknown[] | null | undefined;
}

/** For `superRefine`: a group has members, and a product has an inventory where it has no variants. */
export function fitsItsKind(
  { kind, inventory, variants, members }: Parts,
  { addIssue }: Issues,
): void {
  const refused = (field: string, message: string) =>
    addIssue({ code: 'custom', path: [field], message });
  const isGroup = kind === 'GROUPED';
  const hasVariants = variants != null && variants.length > 0;
  const hasMembers = members != null && members.length > 0;
  if (isGroup && hasVariants) refused('variants', 'A group has members, no variants.');
  if (isGroup && members == null) refused('members', 'A group needs its members.');
  if (!isGroup && hasMembers) refused('members', 'Only a group has members.');
  if (hasVariants && inventory != null) {
    refused('inventory', 'The inventory of a product with variants is that of its variants.');
  }
  if (!hasVariants && inventory == null) {
    refused('inventory', 'A product without variants has an inventory of its own: say it.');
  }
}
