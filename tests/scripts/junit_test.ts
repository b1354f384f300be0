/**
 * The count that `deno task test` ends with.
 *
 * @module
 */
import assert from "node:assert/strict";
import { tallyJunit } from "../../scripts/junit.ts";

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
