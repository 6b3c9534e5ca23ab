import { cartWidgetUpdate, checkoutWidgetUpdate, WIDGET_UPDATE } from '../../commands/widgets.ts';
import { builder, type Types } from '../builder.ts';
import { mutation } from '../mutation.ts';
import { SETTING_VERSION } from './store-settings.ts';
import { CartWidget, CheckoutWidget, WidgetPlacement } from './widget.ts';

/** What can be changed of a widget, by a change or by a variant of a test. */
export const widgetFields = (t: PothosSchemaTypes.InputFieldBuilder<Types, 'InputObject'>) => ({
  enabled: t.boolean({ description: 'Whether it is shown.' }),
  checkedByDefault: t.boolean({
    description: 'Whether protection is chosen until the shopper says otherwise.',
  }),
  placement: t.field({ type: WidgetPlacement, description: 'Where it stands.' }),
  heading: t.string({ description: 'Its heading, of up to 255 characters.' }),
  body: t.string({ description: 'Its text, of up to 2,000 characters.' }),
  accentColor: t.string({ description: 'Its colour, as `#rrggbb`.' }),
});

const WidgetUpdateInput = builder.inputType('WidgetUpdateInput', {
  description:
    'What to change of a widget. What is left out stays; a widget that was never set up takes all of it.',
  fields: (t) => ({
    version: t.int({ required: true, description: SETTING_VERSION }),
    ...widgetFields(t),
  }),
});

mutation({
  command: cartWidgetUpdate,
  description: 'Changes the widget in the cart, or sets it up.',
  authScopes: { write_widget_cart: true },
  input: WidgetUpdateInput,
  shape: WIDGET_UPDATE,
  returns: {
    name: 'cartWidget',
    type: CartWidget,
    batch: 'widgetByKind',
    authScopes: { write_widget_cart: true, read_widget_cart: true },
    description: 'The widget as it is now.',
    idOf: () => 'CART',
  },
});

mutation({
  command: checkoutWidgetUpdate,
  description: 'Changes the widget at the checkout, or sets it up.',
  authScopes: { write_widget_checkout: true },
  input: WidgetUpdateInput,
  shape: WIDGET_UPDATE,
  returns: {
    name: 'checkoutWidget',
    type: CheckoutWidget,
    batch: 'widgetByKind',
    authScopes: { write_widget_checkout: true, read_widget_checkout: true },
    description: 'The widget as it is now.',
    idOf: () => 'CHECKOUT',
  },
});
