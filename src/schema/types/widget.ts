import type { Row } from '../../data/entities.ts';
import type { WIDGET_PLACEMENTS } from '../../data/values.ts';
import { builder } from '../builder.ts';
import { only } from '../fields.ts';
import type { StaticScopes } from '../scope-plugin.ts';
import { VERSION } from './store-settings.ts';

export const WidgetPlacement = builder.enumType('WidgetPlacement', {
  description: 'Where a widget stands.',
  values: {
    ABOVE_TOTAL: { description: 'Above the total.' },
    BELOW_TOTAL: { description: 'Below the total.' },
    BELOW_BUTTON: { description: 'Below the button that goes on.' },
  },
} satisfies { description: string; values: Record<(typeof WIDGET_PLACEMENTS)[number], object> });

/**
 * The widget of a kind. A store has one of each, and each kind is a type and a field of its own, because its
 * scope is; the kind is its address, so that no id has to say which scope it takes.
 */
function widgetType(name: string, place: string, authScopes: StaticScopes) {
  return builder.objectRef<Row<'widget'>>(name).implement({
    description: `How protection is offered ${place}.`,
    authScopes,
    fields: (t) => ({
      enabled: t.exposeBoolean('enabled', { description: 'Whether it is shown.' }),
      checkedByDefault: t.exposeBoolean('checkedByDefault', {
        description: 'Whether protection is chosen until the shopper says otherwise.',
      }),
      placement: t.expose('placement', {
        type: WidgetPlacement,
        description: 'Where it stands.',
      }),
      heading: t.exposeString('heading', { description: 'Its heading.' }),
      body: t.exposeString('body', { description: 'Its text.' }),
      accentColor: t.exposeString('accentColor', {
        description: 'Its colour, as `#rrggbb`.',
      }),
      version: t.exposeInt('version', { description: VERSION }),
      createdAt: t.expose('createdAt', {
        type: 'DateTime',
        description: 'When it was set up.',
      }),
      updatedAt: t.expose('updatedAt', {
        type: 'DateTime',
        description: 'When it last changed.',
      }),
    }),
  });
}

const cart = { read_widget_cart: true } as const;
const checkout = { read_widget_checkout: true } as const;

export const CartWidget = widgetType('CartWidget', 'in the cart', cart);
export const CheckoutWidget = widgetType('CheckoutWidget', 'at the checkout', checkout);

builder.queryFields((t) => ({
  cartWidget: t.field({
    type: CartWidget,
    nullable: true,
    authScopes: cart,
    description: 'The widget in the cart; null where it was never set up.',
    ...only('widgetByKind', 'CART'),
  }),
  checkoutWidget: t.field({
    type: CheckoutWidget,
    nullable: true,
    authScopes: checkout,
    description: 'The widget at the checkout; null where it was never set up.',
    ...only('widgetByKind', 'CHECKOUT'),
  }),
}));
