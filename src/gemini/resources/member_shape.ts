/**
 * The shapes of responses, from the members that a method's row names.
 *
 * @module
 */
import { type JsonShape, labelledList, listShape } from "../json/json_shape.ts";

const shapes = new WeakMap<readonly string[], JsonShape>();

/**
 * A shape that collects members of a message, each under its own path as the label.
 *
 * @param members Paths, as in `files.downloadUri`; lists on the way are entered.
 */
export function shapeOfMembers(members: readonly string[]): JsonShape {
  const known = shapes.get(members);
  if (known !== undefined) return known;
  const shape = shapeOf(members.map((path) => ({ path, rest: path.split(".") })));
  shapes.set(members, shape);
  return shape;
}

function shapeOf(
  members: readonly { readonly path: string; readonly rest: string[] }[],
): JsonShape {
  const byName = Map.groupBy(members, ({ rest: [name = ""] }) => name);
  return listShape(Object.fromEntries(
    [...byName].map(([name, members]) => {
      const inner = members.map(({ path, rest }) => ({ path, rest: rest.slice(1) }));
      const end = inner.find(({ rest }) => rest.length === 0);
      return [name, end === undefined ? shapeOf(inner) : labelledList(end.path)];
    }),
  ));
}
