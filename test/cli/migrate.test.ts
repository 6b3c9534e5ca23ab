import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/cli/io.ts';
import { migrate } from '../../src/cli/migrate.ts';
import { StartError } from '../../src/errors.ts';
import { freePort } from '../support/postgres.ts';
import { capturedIo, type Environment } from './kit.ts';

const PASSWORD = 'correct-horse';
const ADDRESS = `postgres://owner:${PASSWORD}@127.0.0.1:1/scopegate`;

async function refusal(environment: Environment): Promise<unknown> {
  const { io, said } = capturedIo(environment);
  const error = await migrate([], io).then(
    (code) => expect.fail(`it ended with ${code}`),
    (reason: unknown) => reason,
  );
  expect(said).toEqual({ out: '', err: '' });
  expect(String(error)).not.toContain(PASSWORD);
  return error;
}

describe('migrate', () => {
  it.each([
    [{}, 'migrate needs SCOPEGATE_OWNER_URL to be set.'],
    [{ DATABASE_URL: ADDRESS }, 'migrate needs SCOPEGATE_OWNER_URL to be set.'],
    [{ SCOPEGATE_OWNER_URL: ADDRESS }, 'migrate needs DATABASE_URL to be set.'],
  ])('asks for the addresses that are missing in %j', async (environment, message) => {
    const error = await refusal(environment);
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({ message });
  });

  it.each(['SCOPEGATE_OWNER_URL', 'DATABASE_URL'])('refuses a malformed %s', async (name) => {
    const error = await refusal({
      SCOPEGATE_OWNER_URL: ADDRESS,
      DATABASE_URL: ADDRESS,
      [name]: `mysql://owner:${PASSWORD}@db/x`,
    });
    expect(error).toBeInstanceOf(StartError);
    expect(error).toMatchObject({
      message: `${name} must be a PostgreSQL address: postgres://user:password@host:5432/database.`,
    });
  });

  it('says when the database cannot be reached', async () => {
    const url = new URL(ADDRESS);
    url.port = String(await freePort());
    const error = await refusal({ SCOPEGATE_OWNER_URL: url.href, DATABASE_URL: ADDRESS });
    expect(error).toBeInstanceOf(StartError);
    expect(error).toMatchObject({
      problems: [
        expect.stringMatching(
          /^The database cannot be migrated: connect ECONNREFUSED 127\.0\.0\.1/,
        ),
      ],
    });
  });
});
