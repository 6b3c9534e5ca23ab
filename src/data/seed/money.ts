/** A share of an amount in hundredths of a percent, rounded half up to a whole minor unit. */
export function shareOf(amount: bigint, basisPoints: number): bigint {
  return (amount * BigInt(basisPoints) + 5_000n) / 10_000n;
}

export function sum(amounts: Iterable<bigint>): bigint {
  let total = 0n;
  for (const amount of amounts) total += amount;
  return total;
}

/** The smallest of the amounts, 0 of none; `Math.min` takes no bigint. */
export function smallest([first = 0n, ...others]: readonly bigint[]): bigint {
  let least = first;
  for (const amount of others) if (amount < least) least = amount;
  return least;
}

/** The amount, or the minimum where that is more. */
export function atLeast(minimum: bigint, amount: bigint): bigint {
  if (amount < minimum) return minimum;
  return amount;
}

/** The amount, up to the next multiple of the unit. */
export function roundUp(amount: bigint, unit: bigint): bigint {
  return ((amount + unit - 1n) / unit) * unit;
}

/** So many parts of a whole, rounded half up. */
export function partOf(amount: bigint, parts: number, whole: number): bigint {
  const divisor = BigInt(whole);
  return (2n * amount * BigInt(parts) + divisor) / (2n * divisor);
}
