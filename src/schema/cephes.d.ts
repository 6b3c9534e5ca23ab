/** What is used of cephes: its own declarations are not where Node's resolution of modules looks. */
declare module 'cephes' {
  /** Settled when the functions can be called. */
  export const compiled: Promise<void>;
  /** The regularised incomplete beta function of `x`. */
  export function incbet(a: number, b: number, x: number): number;
  /** The `x` for which `incbet(a, b, x)` is `y`. */
  export function incbi(a: number, b: number, y: number): number;
  /** The standard normal distribution function. */
  export function ndtr(x: number): number;
  /** The `x` for which `ndtr(x)` is `y`. */
  export function ndtri(y: number): number;
}
