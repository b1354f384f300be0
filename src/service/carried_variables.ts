/**
 * Variables that a definition sets for the gateway, copied from the shell that installed it.
 *
 * @module
 */

/** Names and values. */
export type Variables = readonly (readonly [name: string, value: string])[];

/**
 * Reads the variables of those names from a systemd unit or a property list that Pollux wrote.
 *
 * @param names The variables that may be copied.
 */
export function carriedIn(text: string, names: readonly string[]): Variables {
  return names.flatMap((name) => {
    const value = inUnit(text, name) ?? inPlist(text, name);
    return value === undefined ? [] : [[name, value] as const];
  });
}

function inUnit(text: string, name: string): string | undefined {
  const start = `Environment="${name}=`;
  const line = text.split("\n").find((line) => line.startsWith(start));
  return line?.slice(start.length, -1).replace(/\\(["\\])/g, "$1").replaceAll("%%", "%");
}

function inPlist(text: string, name: string): string | undefined {
  const found = new RegExp(`<key>${name}</key>\\s*<string>([^<]*)</string>`).exec(text)?.[1];
  return found?.replace(/&(lt|gt|quot|apos|amp);/g, (_, entity: string) => ENTITIES[entity] ?? "");
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  amp: "&",
};
