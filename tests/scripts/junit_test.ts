/**
 * The count that `deno task test` ends with.
 *
 * @module
 */
import assert from "node:assert/strict";
import { addTallies, tallyJunit } from "../../scripts/junit.ts";

const REPORT = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="deno test" tests="4" failures="1" errors="0" time="0.010">
    <testsuite name="./a_test.ts" tests="4" disabled="1" errors="0" failures="1">
        <testcase name="one" classname="./a_test.ts" time="0.000" line="1" col="6">
        </testcase>
        <testcase name="two" classname="./a_test.ts" time="0.000" line="2" col="6"/>
        <testcase name="needs &lt;python3&gt; &amp; &quot;venv&quot; &#39;3&#39;" classname="./a_test.ts" time="0.000">
            <skipped/>
        </testcase>
        <testcase name="filtered out" classname="./a_test.ts" line="4" col="6">
            <skipped/>
        </testcase>
        <testcase name="bad &gt; inner" classname="./a_test.ts" time="0.000" line="3" col="41">
            <failure message="Uncaught">Error: &lt;skipped/&gt;</failure>
        </testcase>
    </testsuite>
</testsuites>`;

Deno.test("tallyJunit() counts what passed and failed and names what was ignored", () => {
  assert.deepEqual(tallyJunit(REPORT), {
    passed: 2,
    failed: 1,
    ignored: [`needs <python3> & "venv" '3'`],
  });
});

Deno.test("tallyJunit() counts nothing when the report is empty", () => {
  assert.deepEqual(tallyJunit(""), { passed: 0, failed: 0, ignored: [] });
});

Deno.test("addTallies() adds the counts of all runs, and keeps every name", () => {
  const none = { passed: 0, failed: 0, ignored: [] };
  assert.deepEqual(addTallies([]), none);
  assert.deepEqual(
    addTallies([none, { passed: 1, failed: 2, ignored: ["a"] }, {
      passed: 3,
      failed: 4,
      ignored: ["b"],
    }]),
    { passed: 4, failed: 6, ignored: ["a", "b"] },
  );
});
