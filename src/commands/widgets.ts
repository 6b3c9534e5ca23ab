import { eq } from 'drizzle-orm';
import { z } from 'zod';
import { widgets } from '../data/tables/widgets.ts';
import { type WIDGET_KINDS, WIDGET_PLACEMENTS } from '../data/values.ts';
import type { Scope } from '../scopes/catalogue.ts';
import { given } from './changes.ts';
import type { Command } from './command.ts';
import { keptUnlessGiven, requiredVersion, text } from './shapes.ts';
import { addSetting, changeSetting, guardWrite, lockSetting, whole } from './store-settings.ts';

/** What a widget shows, and what a test of it may vary. */
export const WIDGET_FIELDS = {
  enabled: z.boolean(),
  checkedByDefault: z.boolean(),
  placement: z.enum(WIDGET_PLACEMENTS),
  heading: text(255).min(1, 'It cannot be empty.'),
  body: text(2_000),
  accentColor: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, 'It has to be a colour like #1f4e79.')
    .transform((color) => color.toLowerCase()),
} as const;

export const WIDGET_UPDATE = z.object({
  version: requiredVersion,
  enabled: keptUnlessGiven(WIDGET_FIELDS.enabled),
  checkedByDefault: keptUnlessGiven(WIDGET_FIELDS.checkedByDefault),
  placement: keptUnlessGiven(WIDGET_FIELDS.placement),
  heading: keptUnlessGiven(WIDGET_FIELDS.heading),
  body: keptUnlessGiven(WIDGET_FIELDS.body),
  accentColor: keptUnlessGiven(WIDGET_FIELDS.accentColor),
});

const NAMES = Object.keys(WIDGET_FIELDS) as (keyof typeof WIDGET_FIELDS)[];

interface Addressed {
  readonly name: string;
  readonly topic: 'cart_widget' | 'checkout_widget';
  readonly kind: (typeof WIDGET_KINDS)[number];
  readonly scope: Scope;
}

/** Changes the widget of one kind, or sets it up. The kind is no input: each has a scope of its own. */
function widgetUpdate({
  name,
  topic,
  kind,
  scope,
}: Addressed): Command<z.infer<typeof WIDGET_UPDATE>> {
  const ofKind = eq(widgets.kind, kind);
  return {
    name,
    async run(input, work) {
      guardWrite(work, scope);
      const row = await lockSetting(work, widgets, input.version, ofKind);
      if (row !== null) {
        const version = await changeSetting(work, widgets, given(input, ...NAMES), ofKind);
        work.emit(`${topic}.updated`, row.id);
        return { id: row.id, version };
      }
      const id = work.newId('wid');
      const fields = { ...whole(input, ...NAMES), id, kind, createdAt: work.now };
      const version = await addSetting(work, widgets, fields);
      work.emit(`${topic}.created`, id);
      return { id, version };
    },
  };
}

export const cartWidgetUpdate = widgetUpdate({
  name: 'cartWidgetUpdate',
  topic: 'cart_widget',
  kind: 'CART',
  scope: 'write_widget_cart',
});

export const checkoutWidgetUpdate = widgetUpdate({
  name: 'checkoutWidgetUpdate',
  topic: 'checkout_widget',
  kind: 'CHECKOUT',
  scope: 'write_widget_checkout',
});
