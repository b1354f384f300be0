/**
 * Explains a problem of a setting: what is wrong, where, and what may have been meant.
 *
 * @module
 */
import type { z } from "zod";
import { CONFIG_KEYS, sectionOf, SECTIONS, variableOf } from "./config_keys.ts";
import { nearName } from "../base/text/near_name.ts";
import { originOf, originText, type Places } from "./origin.ts";

/**
 * Returns a line for each problem of the issue.
 *
 * @param places The settings of each source; the message names the source of the key.
 */
export function explainIssue(issue: z.core.$ZodIssue, places: Places): readonly string[] {
  // Issues within a key's value have their own messages.
  if (issue.code === "unrecognized_keys" && sectionOf(issue.path).rest.length === 0) {
    return issue.keys.map((name) => unknownName([...issue.path, name], places));
  }
  const name = issue.path.length === 0 ? "" : `${issue.path.join(".")}: `;
  return [`  ${name}${issue.message} (in ${originText(originOf(issue.path, places))})`];
}

/**
 * Returns the line for an unknown variable whose name begins like those of a section.
 *
 * @returns Undefined for other variables: other programs may have variables with Pollux's name too.
 */
export function explainVariable(variable: string): string | undefined {
  // A section within another follows it.
  const section = SECTIONS.findLast((section) =>
    variable.startsWith(variableOf({ section, key: "" }))
  );
  if (section === undefined) return undefined;
  const keys = keysIn(section);
  const typed = variable.slice(variableOf({ section, key: "" }).length).toLowerCase();
  if (keys.includes(typed)) return undefined;
  const near = nearName(typed, keys);
  const hint = near === undefined
    ? `known: ${keys.map((key) => variableOf({ section, key })).join(", ")}`
    : `did you mean ${variableOf({ section, key: near })}?`;
  return `  Unknown variable: ${variable}; ${hint}`;
}

function unknownName(path: readonly PropertyKey[], places: Places): string {
  const { section, rest } = sectionOf(path);
  const key = rest[0] === undefined ? undefined : String(rest[0]);
  const hint = hintFor(section, key);
  const where = `(in ${originText(originOf(path, places))})`;
  return key === undefined
    ? `  Unknown section: "${section}"; ${hint} ${where}`
    : `  ${section}: Unknown key: "${key}"; ${hint} ${where}`;
}

function hintFor(section: string, key: string | undefined): string {
  const known = key === undefined ? SECTIONS : keysIn(section);
  const name = key ?? section;
  const near = nearName(name, known);
  if (near !== undefined) return `did you mean "${near}"?`;
  const elsewhere = CONFIG_KEYS.find((one) => one.key === name.toLowerCase());
  if (elsewhere !== undefined) return `did you mean "${elsewhere.name}"?`;
  return `known: ${known.join(", ")}`;
}

function keysIn(section: string): readonly string[] {
  return CONFIG_KEYS.filter((key) => key.section === section).map(({ key }) => key);
}
