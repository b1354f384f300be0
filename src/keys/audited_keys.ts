/**
 * Rows of client keys whose changes are entered in the audit log, whoever makes them: an entry is derived from the
 * row before and after its change.
 *
 * @module
 */
import type { AuditDoor, AuditNote } from "../base/stored/audit_entry.ts";
import { changeWords, detailOf } from "../base/stored/audit_words.ts";
import type {
  ClientKeyRow,
  ClientKeyRowChange,
  ClientKeyRowStore,
} from "../base/stored/client_key_row.ts";
import { defined } from "../base/defined.ts";
import { isJsonObject } from "../base/json.ts";

/** What the action says already, or tells about the key's text. */
const UNTOLD: ReadonlySet<string> = new Set([
  ...["isDisabled", "createdAtMs", "digest", "hint", "formers"],
]);

/** Every change of the row store, entered under a door. */
export function auditedKeys(rows: ClientKeyRowStore, door: AuditDoor): ClientKeyRowStore {
  return {
    list: () => rows.list(),
    find: (name) => rows.find(name),
    revision: () => rows.revision(),
    insert(row) {
      const { name: subject, fields: after } = row;
      const detail = detailOf(changeWords({ before: {}, after }, { skip: UNTOLD }));
      return rows.insert(row, { door, action: "keys.create", subject, detail });
    },
    update: (id, change) =>
      rows.update(id, (row) => {
        const wanted = change(row);
        return { ...wanted, ...defined({ audit: noteOf(row, wanted, door) }) };
      }),
    remove: (id, removal) =>
      rows.remove(id, {
        ...removal,
        audit: (subject) => ({ door, action: "keys.remove", subject, detail: "" }),
      }),
  };
}

/** The entry of a change; undefined if nothing changes. */
function noteOf(
  { name, fields: before }: ClientKeyRow,
  { name: newName, fields: after }: ClientKeyRowChange,
  door: AuditDoor,
): AuditNote | undefined {
  const words = [
    ...newName === name ? [] : [`name "${name}" → "${newName}"`],
    ...changeWords({ before, after }, { skip: UNTOLD }),
  ];
  const isRotated = before["digest"] !== after["digest"];
  const isSwitched = before["isDisabled"] !== after["isDisabled"];
  if (isRotated) words.push(...graceWords(after["formers"]));
  const action = isRotated
    ? "keys.rotate"
    : isSwitched
    ? after["isDisabled"] === true ? "keys.disable" : "keys.enable"
    : words.length > 0
    ? "keys.edit"
    : undefined;
  return action && { door, action, subject: name, detail: detailOf(words) };
}

/** Until when the replaced text is valid. */
function graceWords(formers: unknown): readonly string[] {
  const [former] = Array.isArray(formers) ? formers : [];
  const untilMs = isJsonObject(former) ? former["untilMs"] : undefined;
  if (typeof untilMs !== "number") return [];
  const until = new Date(untilMs);
  return Number.isNaN(until.getTime()) ? [] : [`the former one until ${until.toISOString()}`];
}
