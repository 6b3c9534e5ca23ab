import type { z } from 'zod';

/** What is wrong with a line: the field, if it is about one, and a sentence. It quotes nothing of the line. */
export interface Problem {
  readonly field: string | null;
  readonly message: string;
}

export const problem = (field: string | null, message: string): Problem => ({ field, message });

const NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true or false',
  array: 'list',
  object: 'object',
  number: 'number',
  int: 'whole number',
};

/** Sentences for what the shapes themselves have none for. */
export const inSentences: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type': {
      if (issue.input === undefined) return 'It is missing.';
      const name = NAMES[issue.expected] ?? issue.expected;
      return name === NAMES.boolean
        ? `It is neither ${name.replace(' or ', ' nor ')}.`
        : `It is no ${name}.`;
    }
    case 'invalid_value':
      return issue.input === undefined
        ? 'It is missing.'
        : `It is none of ${issue.values.map(String).join(', ')}.`;
    case 'too_small':
      return `It is less than ${issue.minimum}.`;
    case 'too_big':
      return `It is more than ${issue.maximum}.`;
    default:
      return undefined;
  }
};

/** What is wrong, each field named as one would write it: `lines[0].quantity`. */
export function problemsOf(error: z.ZodError): Problem[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => problem(nameOf([...issue.path, key]), 'There is no such field.'))
      : [problem(nameOf(issue.path) || null, issue.message)],
  );
}

/** A path in a line as one would write it. What is no plain name is not repeated: it may be anything. */
export function nameOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((before, part) => {
    if (typeof part === 'number') return `${before}[${part}]`;
    const name = /^\w{1,100}$/.test(String(part)) ? String(part) : '?';
    return before === '' ? name : `${before}.${name}`;
  }, '');
}

/** Why something that a line names cannot be found: a file says what things are before it says what refers to them. */
export const absent = (what: string) =>
  `No line before this one, and no import before, has this ${what}.`;
