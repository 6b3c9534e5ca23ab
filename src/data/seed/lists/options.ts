/** What a product's variants are called: `[title, SKU suffix, price in percent of the first]`. */
export const OPTIONS = {
  size: [
    ['S', 'S', 100],
    ['M', 'M', 100],
    ['L', 'L', 100],
  ],
  apparel: [
    ['XS', 'XS', 100],
    ['S', 'S', 100],
    ['M', 'M', 100],
    ['L', 'L', 100],
    ['XL', 'XL', 100],
    ['XXL', 'XXL', 105],
  ],
  boot: [
    ['EU 38', '38', 100],
    ['EU 40', '40', 100],
    ['EU 42', '42', 100],
    ['EU 43', '43', 100],
    ['EU 44', '44', 100],
    ['EU 46', '46', 100],
  ],
  color: [
    ['Glacier Blue', 'GLB', 100],
    ['Ember Red', 'EMB', 100],
    ['Lichen Green', 'LIC', 100],
    ['Basalt', 'BAS', 100],
  ],
  tone: [
    ['أحمر', 'RED', 100],
    ['أخضر', 'GRN', 100],
    ['أزرق', 'BLU', 100],
  ],
  length: [
    ['Short', 'SH', 95],
    ['Regular', 'RG', 100],
    ['Long', 'LG', 108],
  ],
  teinte: [
    ['Écru', 'ECR', 100],
    ['Terre cuite', 'TER', 100],
    ['Bleu nuit', 'BLN', 100],
    ['Sauge', 'SAU', 100],
  ],
  taille: [
    ['Petit', 'P', 100],
    ['Moyen', 'M', 135],
    ['Grand', 'G', 180],
  ],
  lit: [
    ['140 × 200', '140', 100],
    ['200 × 200', '200', 115],
    ['240 × 220', '240', 130],
  ],
  binding: [
    ['単行本', 'T', 100],
    ['文庫', 'B', 50],
  ],
  nib: [
    ['細字 F', 'F', 100],
    ['中字 M', 'M', 100],
    ['太字 B', 'B', 100],
  ],
  ink: [
    ['黒', 'BK', 100],
    ['藍', 'AI', 100],
    ['朱', 'SH', 100],
  ],
  ruling: [
    ['方眼', 'H', 100],
    ['横罫', 'Y', 100],
    ['無地', 'M', 100],
  ],
  leather: [
    ['栗', 'KU', 100],
    ['黒', 'BK', 100],
    ['生成り', 'KI', 110],
  ],
  weight: [
    ['100 g', '100', 100],
    ['250 g', '250', 230],
    ['500 g', '500', 430],
  ],
  volume: [
    ['3 ml', '3', 100],
    ['6 ml', '6', 190],
    ['12 ml', '12', 360],
  ],
} as const;
