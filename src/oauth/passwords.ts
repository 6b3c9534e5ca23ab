import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

/** What OWASP gives as the least for Argon2id: 19 MiB, two passes. */
const COSTS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Of no password: what is compared where there is no such person, so that it takes as long. */
const NOBODY =
  '$argon2id$v=19$m=19456,t=2,p=1$cuUxyiIe8P5X7RtI9iDV0Q$8PGZgdiwT/TZU6l/NwGOJPHYtWuuD9LWEQOdJ0LYC9o';

export const PASSWORD_LENGTH = { least: 12, most: 256 } as const;

/** A password as it is stored: Argon2id with its salt and costs. */
export const hashPassword = (password: string): Promise<string> => hash(password, COSTS);

/** Whether it is the password of a hash. It takes as long where there is none, and is false then. */
export async function isPasswordOf(
  passwordHash: string | undefined,
  password: string,
): Promise<boolean> {
  if (password.length > PASSWORD_LENGTH.most) return false;
  const isRight = await verify(passwordHash ?? NOBODY, password).catch(() => false);
  return isRight && passwordHash !== undefined;
}

/** A password that nobody thought of, of 144 random bits. */
export const newPassword = (): string => randomBytes(18).toString('base64url');
