/** Sales tax of a US state with its usual local part, in hundredths of a percent. */
export const US_TAX: Readonly<Record<string, number>> = {
  CO: 881,
  UT: 775,
  WY: 540,
  AZ: 938,
  NM: 819,
  CA: 863,
  WA: 1025,
  TX: 825,
  MN: 803,
  IL: 1025,
  NC: 700,
  NY: 888,
  VT: 700,
  MA: 625,
};

/** Value-added tax of the countries that a shop in the European Union collects for. */
export const EU_TAX: Readonly<Record<string, number>> = {
  FR: 2000,
  BE: 2100,
  DE: 1900,
  IT: 2200,
  ES: 2100,
  PT: 2300,
  PL: 2300,
  SE: 2500,
  GR: 2400,
  IE: 2300,
};
