import { GraphQLEnumType, type GraphQLSchema } from 'graphql';
import { UNKNOWN } from '../data/values.ts';
import { AppError } from '../errors.ts';
import { builder } from './builder.ts';

interface PlatformEnumOptions<V extends string> {
  readonly description: string;
  /** The platform's words, and `UNKNOWN` for all others. */
  readonly values: readonly (V | typeof UNKNOWN)[];
}

/** An enum that repeats words of the merchant's platform. A word that it does not have is answered as `UNKNOWN`. */
export function platformEnum<V extends string>(name: string, options: PlatformEnumOptions<V>) {
  const values = options.values.map((value) => [
    value,
    value === UNKNOWN
      ? {
          value,
          description: "A value of the merchant's platform that this API does not know yet.",
        }
      : { value },
  ]);
  return builder.enumType(name, {
    description: options.description,
    values: Object.fromEntries(values) as Record<V | typeof UNKNOWN, object>,
  });
}

/**
 * Says what becomes of stored values that an enum does not have, which a newer version or another source wrote. An
 * enum with a member `UNKNOWN` answers that. Any other is this API's own and fails closed: that it meets such a
 * value is a fault on our side, of the field alone.
 */
export function answerUnknownValues(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!(type instanceof GraphQLEnumType) || type.name.startsWith('__')) continue;
    const names = new Map<unknown, string>(
      type.getValues().map(({ name, value }) => [value, name]),
    );
    const other = type.getValue(UNKNOWN)?.name;
    type.serialize = (value) => {
      const name = names.get(value) ?? other;
      if (name !== undefined) return name;
      throw new AppError('INTERNAL', 'Something went wrong on our side.', {
        detail: `${type.name} has no ${JSON.stringify(value)}.`,
      });
    };
  }
  return schema;
}
