/** `[company, tracking number]`: `#` is a digit, `@` a digit or capital letter. */
export const CARRIERS = {
  US: [
    ['UPS', '1Z@@@@@@03########'],
    ['USPS', '9400 1### #### #### #### ##'],
    ['FedEx', '7### #### ####'],
  ],
  FR: [
    ['Colissimo', '6A###########'],
    ['Chronopost', 'XY#########FR'],
    ['DHL', '00340434#############'],
  ],
  JP: [
    ['ヤマト運輸', '4###-####-####'],
    ['佐川急便', '3###-####-####'],
    ['日本郵便', '1###-####-####'],
  ],
  KW: [
    ['Aramex', '3##########'],
    ['Kuwait Post', 'RB#########KW'],
    ['DHL', '1#########'],
  ],
} as const;
