/** Prices are in fils (three decimals). `[name, price, options, description]`, by SKU code. */
export const SOUQ_PRODUCTS = {
  OUD: [
    ['عود هندي فاخر', 24500, 'weight', 'عود هندي معتق، دخانه هادئ ويبقى على الثياب يومين.'],
    ['بخور معمول ملكي', 8750, 'weight', 'خلطة عود وعنبر وزعفران، تصنع في الكويت.'],
    ['دهن عود كمبودي', 32000, 'volume', 'ثلاثة غرامات من الدهن الصافي في زجاجة منقوشة.'],
    ['Rose & Amber Attar', 12250, 'volume', 'Taif rose over white amber, without alcohol.'],
    ['مبخرة خشب الساج', 6500, 'one', 'مبخرة كويتية تقليدية مزينة بالنحاس.'],
    ['Charcoal Discs, box of 100', 1850, 'one', 'Quick-light, without smell.'],
  ],
  SPC: [
    ['زعفران سوبر نقين', 5250, 'weight', 'خيوط حمراء كاملة، حصاد هذا العام.'],
    ['هيل أخضر حب كبير', 3750, 'weight', 'هيل غواتيمالي للقهوة العربية.'],
    ['قهوة عربية شقراء', 2900, 'weight', 'بن إثيوبي تحميص فاتح، مطحون مع الهيل.'],
    ['بهارات كويتية مشكلة', 1450, 'weight', 'خلطة المجبوس، تحمص وتطحن كل أسبوع.'],
    ['Dried Lime (Loomi)', 1100, 'weight', 'Black Omani limes, whole.'],
    ['Za’atar with Sumac', 1650, 'weight', 'Thyme, sumac and sesame, stone ground.'],
  ],
  SWT: [
    ['تمر سكري علبة هدية', 4950, 'weight', 'سكري القصيم، حبة منتقاة.'],
    ['تمر خلاص محشو باللوز', 6250, 'weight', 'خلاص الأحساء مع لوز محمص وقشر البرتقال.'],
    ['رهش كويتي', 2250, 'one', 'طحينية ناعمة على الطريقة القديمة.'],
    ['Pistachio Baklava, 1 kg', 7900, 'one', 'Thin leaves, Aleppo pistachio, light syrup.'],
    ['عسل سدر جبلي', 14500, 'weight', 'سدر يمني، يصل مع شهادة فحص.'],
  ],
  HOM: [
    ['دلة قهوة نحاس', 18900, 'one', 'دلة رسلان مطلية من الداخل، تسع لترا.'],
    ['طقم فناجين قهوة', 5500, 'tone', 'ستة فناجين بزخرفة سدو.'],
    ['Sadu Cushion Cover', 4250, 'tone', 'Hand-woven by the Sadu House pattern, 45 × 45.'],
    ['سجادة صلاة مخمل', 7250, 'tone', 'مخمل مبطن، خفيفة للسفر.'],
    ['Brass Incense Tray', 9900, 'one', 'Engraved by hand, 24 cm.'],
    ['فانوس رمضان', 6900, 'tone', 'نحاس وزجاج ملون، للشمع أو المصباح.'],
    ['Mother-of-Pearl Box', 21500, 'one', 'Walnut, inlaid in Damascus.'],
  ],
} as const;

export const SOUQ_DELETED = [
  ['عطر العيد إصدار محدود', 15500],
  ['Eid Gift Basket', 19750],
] as const;

export const SOUQ_GROUPS = [
  [
    'صندوق الضيافة',
    'كل ما تحتاجه القهوة: دلة وفناجين وبن وتمر.',
    ['دلة قهوة نحاس', 'طقم فناجين قهوة', 'قهوة عربية شقراء', 'تمر سكري علبة هدية'],
  ],
] as const;
