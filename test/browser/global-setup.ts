import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import { makeEmbedded } from '../support/embedded.ts';
import { CHROMIUM } from './visit.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the browser listens that all visits without a profile of their own share. */
    browserAddress: string;
  }
}

/** Starts one browser and makes one database for all test files. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'scopegate-browser-'));
  const folder = join(directory, 'database');
  const [browser] = await Promise.all([
    chromium.launchServer(CHROMIUM),
    makeEmbedded(folder, new Date()),
  ]);
  project.provide('browserAddress', browser.wsEndpoint());
  project.provide('embeddedFolder', folder);
  return async () => {
    await browser.close();
    await rm(directory, { recursive: true, force: true });
  };
}
