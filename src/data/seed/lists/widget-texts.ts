/** What the widgets say, by the language of the shop. */
export const WIDGET_TEXTS = {
  en: {
    CART: {
      heading: 'Protect this parcel',
      body: 'Lost, stolen or damaged on the way: you get a new one or your money back.',
    },
    CHECKOUT: {
      heading: 'Arrives, or is replaced',
      body: 'Protection covers the whole parcel from the warehouse to the door.',
    },
  },
  fr: {
    CART: {
      heading: 'Protégez votre colis',
      body: 'Perdu, volé ou abîmé en route : il est remplacé ou remboursé.',
    },
    CHECKOUT: {
      heading: 'Livré, sinon remplacé',
      body: 'La protection couvre tout le colis, de l’entrepôt à la porte.',
    },
  },
  ja: {
    CART: {
      heading: '配送補償を付ける',
      body: '配送中の紛失・盗難・破損の際は、再送または返金いたします。',
    },
    CHECKOUT: {
      heading: '届くまで安心の補償',
      body: '倉庫からお届け先まで、荷物全体が補償の対象です。',
    },
  },
  ar: {
    CART: {
      heading: 'احمِ طردك',
      body: 'إذا فُقد أو سُرق أو تلف في الطريق نرسل بديلاً أو نعيد المبلغ.',
    },
    CHECKOUT: {
      heading: 'يصل أو يُستبدل',
      body: 'تغطي الحماية الطرد كله من المخزن حتى الباب.',
    },
  },
} as const;
