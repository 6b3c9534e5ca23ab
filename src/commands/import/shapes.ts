import { code as currencyByCode } from 'currency-codes';
import { z } from 'zod';
import { type PLATFORMS, UNKNOWN } from '../../data/values.ts';
import { FUTURE, isFuture } from '../moments.ts';
import { amountsIn, type Money } from '../money.ts';
import { postalAddress } from '../postal-address.ts';
import { text } from '../shapes.ts';

/** What lines are read against. */
export interface ShapeContext {
  readonly now: Date;
  readonly store: {
    readonly currency: string;
    readonly platform: (typeof PLATFORMS)[number];
  };
  /** Notes what is taken, but not as the line says it. */
  warn(field: string, value: string | null, message: string): void;
}

/** A day of the calendar and a time with its offset. */
const ISO = z.iso.datetime({ offset: true });
const WITH_SECONDS = /T\d{2}:\d{2}:\d{2}/;

/** The years that both RFC 3339 and PostgreSQL write with four digits. */
const EARLIEST = Date.parse('0001-01-01T00:00:00Z');
const LATEST = Date.parse('9999-12-31T23:59:59.999Z');

/** A moment in RFC 3339. */
export const moment = z.string().transform((text, { addIssue }) => {
  const time = ISO.safeParse(text).success && WITH_SECONDS.test(text) ? Date.parse(text) : NaN;
  if (time >= EARLIEST && time <= LATEST) return new Date(time);
  addIssue({ code: 'custom', message: 'It is no time like 2026-11-21T21:49:00Z (RFC 3339).' });
  return z.NEVER;
});

/** A moment that is not yet to come. */
export const pastMoment = ({ now }: ShapeContext) =>
  moment.refine((date) => !isFuture(date, now), FUTURE);

/** When something was made and last changed on the platform. */
export const times = (context: ShapeContext) => ({
  createdAt: pastMoment(context),
  updatedAt: pastMoment(context),
});

interface Times {
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** For `refine`: nothing changes before it is made. */
export const inOrder = ({ createdAt, updatedAt }: Times): boolean => updatedAt >= createdAt;
export const IN_ORDER = { path: ['updatedAt'], error: 'It is before createdAt.' };

/** An exact decimal, as in the API. */
export const decimal = z
  .string('It is no amount in a string, such as "12.50".')
  .regex(/^\d{1,15}(\.\d{1,4})?$/, 'It is no amount in a string, such as "12.50".');

export const currencyCode = z
  .string()
  .refine(
    (value) => /^[A-Z]{3}$/.test(value) && currencyByCode(value) !== undefined,
    'It is no currency code like USD (ISO 4217).',
  );

/** An amount with its currency, which must be the store's. */
export const storeMoney = ({ store }: ShapeContext) =>
  z
    .strictObject({ amount: decimal, currencyCode })
    .transform(({ amount, currencyCode }, context): Money => {
      const minorUnits = amountsIn(currencyCode, context)(amount, 'amount');
      if (currencyCode !== store.currency) {
        const message = `It has to be the currency of the store, ${store.currency}.`;
        context.addIssue({ code: 'custom', path: ['currencyCode'], message });
      }
      return { minorUnits, currency: currencyCode };
    });

/**
 * A word of the merchant's platform, in whatever case it writes it. One that is not known here is taken as `UNKNOWN`
 * and counted: a platform may learn new ones at any time.
 */
export const platformValue = <const V extends string>(
  values: readonly (V | typeof UNKNOWN)[],
  field: string,
  { warn }: ShapeContext,
) =>
  text(255)
    .min(1, 'It cannot be empty.')
    .transform((word): V | typeof UNKNOWN => {
      const wanted = word
        .trim()
        .toUpperCase()
        .replace(/[\s-]+/g, '_');
      const known = values.find((value) => value === wanted);
      if (known !== undefined) return known;
      warn(
        field,
        word.slice(0, 100),
        'This word of the platform is not known here: it became UNKNOWN.',
      );
      return UNKNOWN;
    });

const anything = z.unknown().optional();

const ADDRESS = {
  name: anything,
  company: anything,
  address1: anything,
  address2: anything,
  city: anything,
  province: anything,
  postalCode: anything,
  countryCode: anything,
  phone: anything,
};

/** A postal address, with no field that addresses do not have. */
export const address = z.strictObject(ADDRESS).pipe(postalAddress);

/** One of an address book. */
export const bookedAddress = z
  .strictObject({ ...ADDRESS, isDefault: anything })
  .pipe(
    z.intersection(
      z.object({ isDefault: z.boolean().nullish().transform(Boolean) }),
      postalAddress,
    ),
  );

/** What may be left out, or null. */
export const orNull = <T extends z.ZodType>(shape: T) =>
  shape.nullish().transform((value) => value ?? null);

export const orNone = <T extends z.ZodType>(shape: T, most: number) =>
  z
    .array(shape)
    .max(most, `There are at most ${most} of them.`)
    .nullish()
    .transform((value) => value ?? []);
