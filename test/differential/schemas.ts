import type { Choices } from './choices.ts';

const SCOPES = ['a', 'b', 'c', 'd'];
const LEAVES = ['Int', 'String', 'Shade', 'Blob'];

interface Shape {
  /** From the outside to the inside: whether each list, and the value in it, may not be null. */
  readonly nonNull: readonly boolean[];
  readonly named: string;
}

interface FieldPlan {
  readonly shape: Shape;
  readonly args: string;
}

type Fields = ReadonlyMap<string, FieldPlan>;

/**
 * A random schema as SDL: objects, interfaces that implement each other, unions, lists and non-nulls at any level,
 * fields of covariant types, arguments with defaults, and rules on anything that may have one.
 */
export function randomSchema(choices: Choices): string {
  return new SchemaWriter(choices).text();
}

class SchemaWriter {
  readonly #choices: Choices;
  readonly #interfaces = ['I0', 'I1', 'I2'];
  readonly #objects = ['T0', 'T1', 'T2', 'T3'];
  readonly #fields = new Map<string, Fields>();
  readonly #parents = new Map<string, readonly string[]>();
  readonly #rarity: number;

  constructor(choices: Choices) {
    this.#choices = choices;
    this.#rarity = choices.pick([3, 2, 5]);
  }

  text(): string {
    const composites = [...this.#objects, ...this.#interfaces, 'U0', 'U1'];
    const base = new Map<string, FieldPlan>();
    for (let at = 0; at < 7; at += 1) {
      const named = at < 3 ? this.#choices.pick(LEAVES) : this.#choices.pick(composites);
      const depth = this.#choices.pick([0, 0, 1, 2]);
      const nonNull = Array.from({ length: depth + 1 }, () => this.#choices.oneIn(4));
      base.set(`f${at}`, { shape: { named, nonNull }, args: this.#arguments() });
    }
    for (const [at, name] of this.#interfaces.entries()) {
      const direct = this.#choices.some(this.#interfaces.slice(0, at), 2);
      this.#declare(name, direct, base, false);
    }
    for (const name of [...this.#objects, 'Query', 'Mutation']) {
      const implemented = this.#interfaces.filter(
        // Each interface has an object, or its fields could return nothing.
        (one) => one.slice(1) === name.slice(1) || (name.startsWith('T') && this.#choices.oneIn(2)),
      );
      this.#declare(name, implemented, base, true);
    }
    return [
      'directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM | ENUM_VALUE | UNION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION',
      'directive @authenticated on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM | UNION',
      `scalar Blob${this.#rule()}`,
      `enum Shade${this.#rule()} { DARK${this.#scopes()} LIGHT${this.#scopes()} }`,
      `input Sieve { shade: Shade${this.#scopes()} number: Int = 3${this.#scopes()} more: [Sieve!]${this.#scopes()} }`,
      ...['U0', 'U1'].map((name) => `union ${name}${this.#rule()} = ${this.#members()}`),
      ...this.#interfaces.map((name) => this.#typeText('interface', name)),
      ...[...this.#objects, 'Query', 'Mutation'].map((name) => this.#typeText('type', name)),
    ].join('\n');
  }

  #members(): string {
    const [first = 'T0', ...others] = this.#choices.some(this.#objects, 2);
    return [first, ...others].join(' | ');
  }

  /** The fields of each interface, as it has them or narrower, and some of its own. */
  #declare(name: string, direct: readonly string[], base: Fields, isObject: boolean): void {
    const parents = new Set(direct.flatMap((one) => [one, ...(this.#parents.get(one) ?? [])]));
    this.#parents.set(name, [...parents]);
    const fields = new Map<string, FieldPlan>();
    const wanted = this.#choices.some([...base.keys()], name.startsWith('I') ? 3 : 2);
    const inherited = [...parents].flatMap((one) => [...(this.#fields.get(one)?.keys() ?? [])]);
    for (const key of new Set([...inherited, ...wanted, wanted[0] ?? 'f0'])) {
      const above = [...parents].flatMap((one) => this.#fields.get(one)?.get(key) ?? []);
      const known = above[0] ?? base.get(key);
      if (known === undefined) continue;
      const { shape, args } = known;
      const nonNull = shape.nonNull.map(
        (_, at) =>
          above.some((one) => one.shape.nonNull[at]) ||
          (shape.nonNull[at] ?? false) ||
          this.#choices.oneIn(5),
      );
      const named = isObject && this.#choices.oneIn(2) ? this.#narrower(shape.named) : shape.named;
      fields.set(key, { args, shape: { named, nonNull } });
    }
    this.#fields.set(name, fields);
  }

  /** An object type that implements an interface, where there is one by now. */
  #narrower(named: string): string {
    const narrower = this.#objects.filter((one) => this.#parents.get(one)?.includes(named));
    return narrower.length > 0 ? this.#choices.pick(narrower) : named;
  }

  #arguments(): string {
    const all = [
      'sieve: Sieve',
      'shade: Shade',
      'shades: [Shade!]',
      'number: Int! = 1',
      'blob: Blob',
    ];
    const sent = this.#choices.some(all, 5);
    return sent.length === 0 ? '' : `(${sent.join(', ')})`;
  }

  #typeText(kind: 'type' | 'interface', name: string): string {
    const parents = this.#parents.get(name) ?? [];
    const fields = [...(this.#fields.get(name) ?? [])].map(([key, { shape, args }]) => {
      const guarded = args.replace(/(, |\))/g, (end) => `${this.#scopes()}${end}`);
      return `  ${key}${guarded}: ${typeText(shape)}${this.#rule()}`;
    });
    const head = parents.length > 0 ? ` implements ${parents.join(' & ')}` : '';
    return `${kind} ${name}${head}${this.#rule()} {\n${fields.join('\n')}\n}`;
  }

  #rule(): string {
    if (!this.#choices.oneIn(this.#rarity)) return '';
    return this.#choices.oneIn(5) ? ' @authenticated' : this.#groups();
  }

  /** Inputs have no `@authenticated`. */
  #scopes(): string {
    return this.#choices.oneIn(this.#rarity + 1) ? this.#groups() : '';
  }

  #groups(): string {
    const groups = Array.from({ length: 1 + this.#choices.below(2) }, () => {
      const names = Array.from(
        { length: 1 + this.#choices.below(2) },
        () => `"${this.#choices.pick(SCOPES)}"`,
      );
      return `[${names.join(', ')}]`;
    });
    return ` @requiresScopes(scopes: [${groups.join(', ')}])`;
  }
}

function typeText({ named, nonNull }: Shape): string {
  const inside = [...nonNull].reverse();
  return inside.reduce(
    (text, mark, at) => `${at === 0 ? text : `[${text}]`}${mark ? '!' : ''}`,
    named,
  );
}
