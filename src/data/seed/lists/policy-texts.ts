/** What each kind of policy covers and under which terms. */
export const POLICY_TEXTS = {
  SHIPPING_INSURANCE: {
    coverage:
      'Covers the goods of this order from the warehouse to the door: loss, theft after delivery, damage on the way, a missing or a wrong item. Shipping charges are covered when the whole parcel is lost.',
    terms:
      'A claim is filed within forty-five days of fulfilment, and not before the second day after delivery when a parcel is said to have arrived. Photos are needed for damaged, defective and wrong items. Each item is paid for once, up to the insured value.',
  },
  WARRANTY: {
    coverage:
      'Covers faults of material and workmanship that show in normal use. Repair comes first, then a replacement of the same kind.',
    terms:
      'Valid for one year with the proof of purchase. Wear, accidents and changes made by anybody else are not covered. The first owner may hand the warranty on together with the goods.',
  },
  LIFETIME_WARRANTY: {
    coverage:
      'Covers faults of material and workmanship for as long as the goods are in use. Repair comes first, then a replacement of the same kind.',
    terms:
      'Valid without end for the first owner. Wear and accidents are not covered; repairs of those are offered at cost.',
  },
  EXTENDED_WARRANTY: {
    coverage:
      'Continues the warranty after its first year and adds accidents: falls, tears, burns and broken glass, twice during its life.',
    terms:
      'Paid once, in advance. A claim names what happened and shows it. Goods that cannot be repaired are replaced, or credited at the price that was paid for them.',
  },
} as const;
