/** `npm run bench -- growth [options]`, and without that word the comparison. */
const [command] = process.argv.slice(2);
if (command === 'growth') {
  process.argv.splice(2, 1);
  await import('./growth.ts');
} else {
  await import('./run.ts');
}

export {};
