// The closing line of CI, from vitest's JSON report. Exits 1 when a test failed, was skipped, or none ran.
//
//   node scripts/report.mjs REPORT.json

import { readFileSync } from 'node:fs';

const { numPassedTests, numFailedTests, numFailedTestSuites, numPendingTests, numTodoTests, testResults } =
  JSON.parse(readFileSync(process.argv[2], 'utf8'));
const skipped = numPendingTests + numTodoTests;
for (const { name, assertionResults } of testResults) {
  for (const { status, fullName } of assertionResults) {
    if (status !== 'passed') console.log(`${status}: ${fullName} (${name})`);
  }
}
// A file that could not be loaded has no tests that could fail, so it counts as one.
const failed = Math.max(numFailedTests, numFailedTestSuites > 0 ? 1 : 0);
console.log(`${numPassedTests} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed > 0 || skipped > 0 || numPassedTests === 0 ? 1 : 0;
