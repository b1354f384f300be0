/** How sums of usage are shown: to people, to spreadsheets, to programs. @module */
import assert from "node:assert/strict";
import { csvLines, usageLines } from "../../../src/cli/usage/usage_lines.ts";
import { usageJson } from "../../../src/usage/usage_json.ts";
import { displayWidth } from "../../../src/cli/terminal/display_width.ts";
import { PRICES_DATE } from "../../../src/usage/prices.ts";
import { type CountName, UsageCounts } from "../../../src/usage/usage_counts.ts";
import type { Dimension, UsageReport } from "../../../src/usage/usage_report.ts";

const SPAN = { sinceMs: Date.UTC(2026, 10, 1), untilMs: Date.UTC(2026, 10, 29, 6, 30) };

function sums(counts: Partial<Record<CountName, number>>): UsageCounts {
  const found = new UsageCounts();
  Object.assign(found.counts, counts);
  return found;
}

/** A report by what is in the lines; its total is their sum. */
function reportOf(
  lines: readonly (readonly [readonly string[], Partial<Record<CountName, number>>])[],
): UsageReport {
  const total = new UsageCounts();
  for (const [, counts] of lines) total.add(sums(counts));
  return { total, lines: lines.map(([values, counts]) => ({ values, sums: sums(counts) })) };
}

function textOf(report: UsageReport, by: readonly Dimension[] = ["key"]): string {
  return usageLines(report, { by, ...SPAN }).join("\n");
}

/** Reads CSV as RFC 4180 has it. */
function cellsIn(csv: string): readonly (readonly string[])[] {
  const rows: string[][] = [[]];
  for (
    const [, quoted, plain = "", end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/g)
  ) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === "\n") rows.push([]);
    if (end === "") return rows;
  }
  return rows;
}

const KNOWN = { calls: 2, prompt: 10, output: 4, microUsd: 1_500_000 };
const UNKNOWN = { calls: 3, prompt: 7, thoughts: 5, notPriced: 3 };

Deno.test("usageLines() shows totals, then a line for each combination", () => {
  const total = {
    ...KNOWN,
    ...{ errors: 1, rotations: 2, cached: 3, tool: 6, thoughts: 1234, notKnown: 4 },
    ...{ firstByteMs: 300, firstBytes: 2 },
  };
  assert.equal(
    textOf(reportOf([[["ada", ""], total]]), ["key", "model"]),
    `Usage from 2026-11-01 00:00 to 2026-11-29 06:30 UTC
Calls:  2, 1 failed, 2 times moved to another account
Tokens: 10 in the prompts (3 cached), 6 of tools, 1,234 of thoughts, 4 in the responses
Tokens not known, since Google did not report them: 4 calls
Cost:   $1.50, estimated, prices of ${PRICES_DATE}, and unknown for 4 calls, whose tokens or price are not known

KEY  MODEL  CALLS  ERRORS  ROTATED  PROMPT  CACHED  TOOL  THOUGHTS  OUTPUT  NOT KNOWN  COST             FIRST BYTE
ada  -      2      1       2        10      3       6     1,234     4       4          $1.50 + unknown  150 ms`,
  );
});

Deno.test("usageLines() fits the width of a terminal, and cuts no number", () => {
  const many = {
    ...{ calls: 12_345_678, errors: 1234, rotations: 567, prompt: 9_876_543_210, cached: 98_765 },
    ...{ tool: 4321, thoughts: 87_654_321, output: 123_456_789, microUsd: 1_234_567_890 },
    ...{ firstByteMs: 300, firstBytes: 2 },
  };
  const lines = [
    [["research-and-development", "gemini-2.5-flash-image-preview"], many],
    [["研究室のアカウント研究室のアカウント", "gemini-2.5-pro"], { ...many, calls: 2 }],
  ] as const;
  const report = reportOf(lines);
  const question = { by: ["key", "model"] as const, ...SPAN };
  const whole = usageLines(report, question);
  assert.deepEqual(usageLines(report, question, 300), whole);
  const numbers = new Set(whole.join(" ").match(/[\d,.]*\d/g));
  for (const width of [120, 100, 80, 70]) {
    const shown = usageLines(report, question, width);
    for (const line of shown) assert.ok(displayWidth(line) <= width, `${width}: ${line}`);
    for (const number of shown.join(" ").match(/[\d,.]*\d/g) ?? []) {
      assert.ok(numbers.has(number), `${width}: "${number}" is no number of the whole`);
    }
    assert.match(shown.join("\n"), /^KEY +MODEL .* COST$/m);
    assert.match(shown.join("\n"), /\$1,234\.57$/m);
    assert.match(shown.at(-1) ?? "", /the columns|[A-Z]$/);
  }
  assert.match(
    usageLines(report, question, 80).slice(-2).join(" "),
    /^… more with --csv or --json: the columns FIRST BYTE, ROTATED, TOOL, CACHED, /,
  );
});

Deno.test("usageLines() shows the tokens of a model without a price, and never $0", () => {
  const text = textOf(reportOf([[["gemini-x"], UNKNOWN]]), ["model"]);
  assert.match(text, /^Cost: {3}unknown for 3 calls, whose tokens or price are not known$/m);
  assert.match(text, /^gemini-x +3 .* 7 .* 5 .* unknown$/m);
  assert.doesNotMatch(text, /\$/);
});

Deno.test("usageLines() shows what is known of a cost, and that the rest is not", () => {
  const text = textOf(reportOf([[["a"], KNOWN], [["b"], UNKNOWN], [["c"], { calls: 1 }]]));
  assert.match(
    text,
    /^Cost: {3}\$1\.50, estimated, prices of [\d-]+, and unknown for 3 calls, whose/m,
  );
  assert.match(text, /^a .* \$1\.50$/m);
  assert.match(text, /^b .* unknown$/m);
  // A call without tokens costs nothing.
  assert.match(text, /^c .* \$0\.00$/m);
  const both = textOf(reportOf([[["a"], { ...KNOWN, notPriced: 1 }]]));
  assert.match(both, /^a .* \$1\.50 \+ unknown$/m);
});

Deno.test("usageLines() says how often calls moved", () => {
  const moved = [0, 1, 2].map((rotations) =>
    /failed, (.*)$/m.exec(textOf(reportOf([[["a"], { calls: 1, rotations }]])))?.[1]
  );
  const words = "moved to another account";
  assert.deepEqual(moved, [`0 times ${words}`, `once ${words}`, `2 times ${words}`]);
});

Deno.test("usageLines() shows no cost for tokens that Google did not report", () => {
  const report = reportOf([[["a"], { calls: 1, notKnown: 1 }], [["b"], {
    ...KNOWN,
    notKnown: 1,
  }], [["c"], { calls: 1, notKnown: -1 }]]);
  const text = textOf(report);
  assert.match(text, /^a .* 1 +unknown$/m);
  assert.match(text, /^b .* 1 +\$1\.50 \+ unknown$/m);
  assert.match(text, /^c .* -1 +\$0\.00$/m);
  const { lines } = JSON.parse(JSON.stringify(usageJson(report, { by: ["key"], ...SPAN })));
  assert.deepEqual(lines.map(({ costUsd }: { costUsd: unknown }) => costUsd), [null, 1.5, 0]);
});

Deno.test("usageLines() shows amounts below a cent, and no control characters of names", () => {
  const text = textOf(reportOf([[["a\x1b[31m\nb"], { calls: 1, microUsd: 61 }]]));
  assert.match(text, / \$0\.000061$/m);
  assert.ok(!text.includes("\x1b"));
});

Deno.test("csvLines() has a column for each dimension and each count, and the cost in dollars", () => {
  const [headings, ...lines] = csvLines(reportOf([[["ada", "m"], KNOWN]]), ["key", "model"]);
  assert.equal(
    headings,
    "key,model,calls,errors,rotations,notKnown,prompt,cached,tool,thoughts,output,bytesIn,bytesOut," +
      "firstByteMs,firstBytes,durationMs,notPriced,costUsd",
  );
  assert.deepEqual(lines, ["ada,m,2,0,0,0,10,0,0,0,4,0,0,0,0,0,0,1.5"]);
  assert.deepEqual(csvLines(reportOf([]), ["key"]).length, 1);
});

Deno.test("csvLines() leaves a cost empty that is not known", () => {
  const [, unknown = "", partly = ""] = csvLines(
    reportOf([[["a"], UNKNOWN], [["b"], { ...KNOWN, notPriced: 1 }]]),
    ["key"],
  );
  assert.match(unknown, /,3,$/);
  assert.match(partly, /,1,1\.5$/);
});

Deno.test("csvLines() quotes names, and lets no spreadsheet take one for a formula", () => {
  const formulas = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2",
    "@SUM(1)",
    "\tx",
    "\rx",
    '=HYPERLINK("x","y")',
  ];
  const others = ['say "hi"', "a,b", "two\nlines", "a=b", "", "ada"];
  const names = [...formulas, ...others];
  const csv = csvLines(reportOf(names.map((name) => [[name, "m"], KNOWN])), ["key", "model"]);
  const [headings = [], ...rows] = cellsIn(csv.join("\n"));
  assert.deepEqual(
    rows.map(([name]) => name),
    [...formulas.map((name) => `'${name}`), ...others],
  );
  assert.ok(rows.every((cells) => cells.length === headings.length));
  assert.ok(csv.every((line) => !/(?:^|,|^")[=+\-@\t\r]/.test(line)));
});

Deno.test("usageJson() has the time, the total and a line for each combination", () => {
  const report = reportOf([[["ada"], { ...KNOWN, firstByteMs: 300, firstBytes: 2 }]]);
  report.total.addTokens({
    ...{ prompt: 0, cached: 0, tool: 0, candidates: 0, thoughts: 0, total: 0 },
    modalities: { prompt: { TEXT: 3, IMAGE: 258 }, candidates: { TEXT: 4 } },
  });
  const [line] = report.lines;
  assert.ok(line);
  const json = usageJson({ ...report, lines: [{ ...line, keyId: "key_1" }] }, {
    by: ["key"],
    ...SPAN,
  });
  const counts = {
    ...{ calls: 2, errors: 0, rotations: 0, notKnown: 0 },
    ...{ prompt: 10, cached: 0, tool: 0, thoughts: 0, output: 4 },
    ...{ bytesIn: 0, bytesOut: 0, firstByteMs: 300, firstBytes: 2, durationMs: 0 },
    ...{ notPriced: 0, costUsd: 1.5 },
  };
  assert.deepEqual(json, {
    since: "2026-11-01T00:00:00.000Z",
    until: "2026-11-29T06:30:00.000Z",
    pricesOf: PRICES_DATE,
    total: { ...counts, modalities: { prompt: { TEXT: 3, IMAGE: 258 }, output: { TEXT: 4 } } },
    lines: [{ key: "ada", keyId: "key_1", ...counts, modalities: {} }],
  });
});

Deno.test("usageJson() has null for a cost that is not known, and 0 for one of nothing", () => {
  const report = reportOf([[["a"], UNKNOWN], [["b"], { calls: 1, errors: 1 }]]);
  const json = JSON.parse(JSON.stringify(usageJson(report, { by: ["key"], ...SPAN })));
  assert.deepEqual(
    [json.total, ...json.lines].map(({ costUsd }) => costUsd),
    [null, null, 0],
  );
  assert.equal(json.lines[0].prompt, 7);
});

Deno.test("A cost of less than a millionth of a dollar is shown, and is not 0 for programs", () => {
  const report = reportOf([[["a"], { calls: 1, prompt: 3, microUsd: 0.45 }]]);
  assert.match(textOf(report), /^Cost: {3}<\$0\.000001, estimated/m);
  assert.match(csvLines(report, ["key"])[1] ?? "", /,4\.5e-7$/);
  const json = JSON.parse(JSON.stringify(usageJson(report, { by: ["key"], ...SPAN })));
  assert.equal(json.total.costUsd, 4.5e-7);
});
