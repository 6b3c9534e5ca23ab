/** What merchants write about customers. Nothing here names anybody. */
export const CUSTOMER_TAGS = [
  'vip',
  'wholesale',
  'newsletter',
  'loyalty-gold',
  'loyalty-silver',
  'trail-club',
  'staff',
  'at-risk',
  'press',
  'returns-often',
] as const;

export const CUSTOMER_NOTES = {
  en: [
    'Prefers delivery after 5 pm.',
    'Asked for the long version of the repair guide.',
    'Leave parcels with the neighbour in the blue house.',
    'Guides a scout troop, orders in spring.',
    'Boots run small for this customer, suggest a size up.',
    'Called about a late parcel; very friendly.',
    'Do not include the invoice in the box.',
    'Allergic to wool.',
  ],
  fr: [
    'Préfère être livrée le matin.',
    'Code de la porte donné par téléphone.',
    'Cliente depuis l’ouverture de la boutique.',
    'Toujours emballer en papier cadeau.',
    'Facture au nom de la société.',
  ],
  ja: ['置き配を希望。', '領収書は別送。', '万年筆の調整を毎年ご依頼。', '包装は簡素に。'],
  ar: [
    'يفضل التوصيل بعد صلاة العصر.',
    'الاتصال قبل الوصول.',
    'عميل دائم، تغليف هدية دائما.',
    'الدفع عند الاستلام.',
  ],
} as const;

export const COMPANIES = {
  en: [
    'Redtail Guiding LLC',
    'North Fork Outfitters',
    'Blue Spruce Lodge',
    'Halcyon Studio',
    'Tamarack & Sons',
  ],
  fr: [
    'Cabinet Vauban SARL',
    'Hôtel des Trois Clefs',
    'Galerie Passerelle',
    'Boulangerie du Canal',
    'Studio Kachelofen GmbH',
  ],
  ja: ['株式会社あおば企画', '有限会社ひばり堂', '合同会社ことり舎', '㈱山海デザイン'],
  ar: ['شركة الواحة للتجارة', 'مؤسسة اللؤلؤة', 'Gulf Pearl Trading W.L.L.', 'Al Manar Interiors'],
} as const;

/** `[namespace, key, type, pattern]`; the pattern of a date is its first and last year. */
export const METAFIELDS = [
  ['loyalty', 'points', 'number_integer', '1###'],
  ['loyalty', 'member_since', 'date', '2019-2024'],
  ['custom', 'birthday', 'date', '1948-2004'],
  ['custom', 'shoe_size', 'single_line_text_field', 'EU 4#'],
  ['custom', 'preferred_carrier', 'single_line_text_field', 'DHL'],
  ['erp', 'account_number', 'single_line_text_field', 'D-#####'],
  ['marketing', 'referred', 'boolean', 'true'],
] as const;
