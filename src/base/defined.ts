/**
 * Optional members under `exactOptionalPropertyTypes`: a member is present with a value, or absent.
 *
 * @module
 */

/** The same members; those that may be undefined are optional instead. */
export type Defined<Members> =
  & { [Name in keyof Members as undefined extends Members[Name] ? never : Name]: Members[Name] }
  & {
    [Name in keyof Members as undefined extends Members[Name] ? Name : never]?: Exclude<
      Members[Name],
      undefined
    >;
  };

/**
 * A copy without the members whose value is undefined.
 *
 * @param members An object literal, as in `{ name, ...defined({ project, location }) }`.
 */
export function defined<Members extends object>(members: Members): Defined<Members>;
export function defined(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const name in members) if (members[name] !== undefined) kept[name] = members[name];
  return kept;
}
