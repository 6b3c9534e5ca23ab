import type { PostalAddress } from '../values.ts';
import { DEMO_CUSTOMER_EMAIL } from './demo-stores.ts';
import { LATIN_NAMES } from './lists/names-latin.ts';
import { OTHER_NAMES } from './lists/names-other-scripts.ts';
import { PLACES } from './lists/places.ts';
import type { Random, Weighted } from './random.ts';
import type { Country } from './store-profiles.ts';

const NAMES = { ...LATIN_NAMES, ...OTHER_NAMES };

export type Language = keyof typeof NAMES;

type Name = string | readonly [native: string, latin: string];

/** Somebody who buys something or is sent something. Name, e-mail and phone are nobody else's. */
export interface Person {
  readonly language: Language;
  readonly country: Country;
  readonly firstName: string | null;
  readonly lastName: string;
  readonly fullName: string;
  readonly email: string;
  /** International form, in groups. */
  readonly phone: string;
}

/** Where the family name comes first, and what stands between the two. */
const FAMILY_FIRST: Partial<Record<Language, string>> = { ja: ' ', ko: '', zh: '', vi: ' ' };

const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  þ: 'th',
  ı: 'i',
};

/** Reserved by RFC 2606, with subdomains, so that no mail ever reaches anybody. */
const HOSTS: Weighted<string> = [
  ['example.com', 40],
  ['example.org', 18],
  ['example.net', 18],
  ['mail.example.com', 7],
  ['post.example.net', 6],
  ['home.example.org', 6],
  ['work.example.com', 5],
];

const FORMS: Weighted<(given: string, family: string, digits: string) => string> = [
  [(given, family) => `${given}.${family}`, 44],
  [(given, family) => `${given}${family}`, 10],
  [(given, family, digits) => `${given}.${family}${digits}`, 16],
  [(given, family) => `${family}.${given}`, 10],
  [(given, family) => `${given}_${family}`, 7],
  [(given, family, digits) => `${given[0]}${family}${digits}`, 10],
  [(given, family) => `${given}.${family}+shop`, 3],
];

/** Makes people, and remembers them, so that no two share a name, an e-mail or a phone. */
export class People {
  readonly #taken = new Set<string>([DEMO_CUSTOMER_EMAIL, 'Inès Moreau']);

  create(random: Random, language: Language, country: Country): Person {
    const { given, family } = this.#name(random, language);
    const firstName = given === null ? null : nativeOf(given);
    const lastName = nativeOf(family);
    return {
      language,
      country,
      firstName,
      lastName,
      fullName: fullNameOf(language, firstName, lastName),
      email: this.#email(random, given === null ? 'office' : latinOf(given), latinOf(family)),
      phone: this.phone(random, country),
    };
  }

  /** Another e-mail of the same person. */
  secondEmail(random: Random, person: Person): string {
    const local = person.email.split('@')[0]?.replace(/\d+$|\+.*$/, '') ?? 'me';
    return this.#unique(() => `${local}${random.int(100, 999)}@${random.weighted(HOSTS)}`);
  }

  phone(random: Random, country: Country): string {
    const patterns: readonly string[] = PLACES[country].phones;
    return this.#unique(() => random.fill(random.pick(patterns)));
  }

  #name(random: Random, language: Language): { given: Name | null; family: Name } {
    const lists: { given: readonly Name[]; family: readonly Name[] } = NAMES[language];
    let given: Name | null = null;
    let family: Name = '';
    this.#unique((attempt) => {
      family = random.pick(lists.family);
      const alone = random.chance(0.015);
      // A short list runs out of pairs: then, as without a first name, two families join theirs.
      if (alone || attempt > 20) family = joined(family, random.pick(lists.family));
      given = alone ? null : random.pick(lists.given);
      return fullNameOf(language, given === null ? null : nativeOf(given), nativeOf(family));
    });
    return { given, family };
  }

  #email(random: Random, given: string, family: string): string {
    const lower = this.#unique((attempt) => {
      const digits = String(random.int(attempt > 5 ? 1000 : 60, attempt > 5 ? 9999 : 99));
      return `${random.weighted(FORMS)(given, family, digits)}@${random.weighted(HOSTS)}`;
    });
    if (!random.chance(0.04)) return lower;
    return lower.replace(/(^|[.@_])([a-z])/g, (_, before: string, letter: string) => {
      return before + letter.toUpperCase();
    });
  }

  #unique(make: (attempt: number) => string): string {
    for (let attempt = 0; ; attempt += 1) {
      const text = make(attempt);
      if (this.#taken.has(text)) continue;
      this.#taken.add(text);
      return text;
    }
  }
}

/** An address in the country, for the person; the phone on it is theirs or missing. */
export function addressOf(
  random: Random,
  person: Pick<Person, 'fullName' | 'country'>,
  parts: { phone: string | null; company: string | null },
): PostalAddress {
  const place = PLACES[person.country];
  const [city, province, postalPattern] = random.pick<
    readonly [string, string | null, string | null]
  >(place.cities);
  const street = place.street.replace('{s}', random.pick<string>(place.streets));
  return {
    name: person.fullName,
    company: parts.company,
    address1: random.fill(street.replace('{n}', String(random.int(1, 189)))),
    address2: random.chance(0.24) ? random.fill(random.pick<string>(place.second)) : null,
    city,
    province,
    postalCode: postalPattern === null ? null : random.fill(postalPattern),
    countryCode: person.country,
    phone: parts.phone,
  };
}

function fullNameOf(language: Language, first: string | null, last: string): string {
  if (first === null) return last;
  const between = FAMILY_FIRST[language];
  return between === undefined ? `${first} ${last}` : `${last}${between}${first}`;
}

function joined(one: Name, other: Name): Name {
  const native = `${nativeOf(one)}-${nativeOf(other)}`;
  return typeof one === 'string' ? native : [native, `${latinOf(one)}-${latinOf(other)}`];
}

function nativeOf(name: Name): string {
  return typeof name === 'string' ? name : name[0];
}

function latinOf(name: Name): string {
  if (typeof name !== 'string') return name[1];
  return name
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[ßæøłđþı]/g, (letter) => LETTERS[letter] ?? letter)
    .replace(/[^a-z-]/g, '');
}
