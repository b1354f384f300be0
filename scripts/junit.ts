/**
 * Reads the JUnit report of `deno test`: how many tests passed and failed, and which were ignored.
 *
 * @module
 */

/** The results of a test run. Steps count like tests. */
export interface TestTally {
  readonly passed: number;
  readonly failed: number;
  /** The names of the tests that were ignored. */
  readonly ignored: readonly string[];
}

/**
 * Counts the test cases of a report.
 *
 * @param xml The report, as `deno test --junit-path` writes it; an empty text has no tests.
 */
export function tallyJunit(xml: string): TestTally {
  let passed = 0;
  let failed = 0;
  const ignored: string[] = [];
  for (const [, name = "", attributes = "", body = ""] of xml.matchAll(TEST_CASE)) {
    // A test that a filter excluded is in the report too, with no time.
    if (!attributes.includes(" time=")) continue;
    if (body.includes("<failure") || body.includes("<error")) failed++;
    else if (body.includes("<skipped")) ignored.push(unescapeXml(name));
    else passed++;
  }
  return { passed, failed, ignored };
}

/** Adds up the results of several runs. */
export function addTallies(tallies: readonly TestTally[]): TestTally {
  return {
    passed: tallies.reduce((sum, { passed }) => sum + passed, 0),
    failed: tallies.reduce((sum, { failed }) => sum + failed, 0),
    ignored: tallies.flatMap(({ ignored }) => ignored),
  };
}

const TEST_CASE = /<testcase name="([^"]*)"([^>]*?)(?:\/>|>([^]*?)<\/testcase>)/g;

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

function unescapeXml(text: string): string {
  return text
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&(amp|lt|gt|quot|apos);/g, (entity, name: string) => ENTITIES[name] ?? entity);
}
