import { isScope, SCOPES, type Scope } from './catalogue.ts';

const BIT: ReadonlyMap<string, bigint> = new Map(
  SCOPES.map(({ name }, index) => [name, 1n << BigInt(index)]),
);

/** An immutable set of catalogue scopes. Two sets with the same scopes have the same `key`. */
export class ScopeSet {
  static readonly empty = new ScopeSet(0n);
  static readonly all = ScopeSet.of(SCOPES.map(({ name }) => name));

  readonly #bits: bigint;
  /** The same to look names up in, made for who asks: that is done many times for each request. */
  #names: ReadonlySet<string> | null = null;

  private constructor(bits: bigint) {
    this.#bits = bits;
  }

  /** The set of the names that the catalogue knows; unknown names open nothing and are left out. */
  static of(names: Iterable<string>): ScopeSet {
    let bits = 0n;
    for (const name of names) bits |= BIT.get(name) ?? 0n;
    return new ScopeSet(bits);
  }

  /**
   * The set of a space-separated `scope` value (RFC 6749 section 3.3).
   * Only U+0020 separates: other white space makes part of a name, which is then unknown.
   */
  static parse(scope: string): ScopeSet {
    return ScopeSet.of(scope.split(' '));
  }

  get key(): string {
    return this.#bits.toString(36);
  }

  has(name: string): boolean {
    this.#names ??= new Set(this.names());
    return this.#names.has(name);
  }

  union(other: ScopeSet): ScopeSet {
    return new ScopeSet(this.#bits | other.#bits);
  }

  intersect(other: ScopeSet): ScopeSet {
    return new ScopeSet(this.#bits & other.#bits);
  }

  without(other: ScopeSet): ScopeSet {
    return new ScopeSet(this.#bits & ~other.#bits);
  }

  /** The scopes in catalogue order. */
  names(): Scope[] {
    const held = (name: string) => (this.#bits & (BIT.get(name) ?? 0n)) !== 0n;
    return SCOPES.map(({ name }) => name).filter(held);
  }

  toString(): string {
    return this.names().join(' ');
  }
}

/** The names in a space-separated `scope` value that the catalogue does not know. */
export function unknownScopes(scope: string): string[] {
  return scope.split(' ').filter((name) => name !== '' && !isScope(name));
}
