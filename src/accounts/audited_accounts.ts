/**
 * Rows of accounts whose changes are entered in the audit log, whoever makes them: an entry is derived from the row
 * before and after its change.
 *
 * @module
 */
import type { AccountRow, AccountRowChange, AccountRowStore } from "../base/stored/account_row.ts";
import type { AuditDoor, AuditNote } from "../base/stored/audit_entry.ts";
import { changeWords, detailOf } from "../base/stored/audit_words.ts";
import { defined } from "../base/defined.ts";
import { parsedObject } from "../base/json.ts";
import { oneLine } from "../base/text/one_line.ts";
import { redacted } from "../gemini/redaction/redacted.ts";

/** What the action says already, or no user decides. */
const UNTOLD: ReadonlySet<string> = new Set([
  ...["enabled", "disabledReason", "createdAt", "signedInAt", "restsEnded"],
]);

/** Every change of the row store, entered under a door. */
export function auditedAccounts(rows: AccountRowStore, door: AuditDoor): AccountRowStore {
  return {
    list: () => rows.list(),
    find: (name) => rows.find(name),
    revision: () => rows.revision(),
    insert({ name, fields, ...row }) {
      const words = changeWords({ before: {}, after: fields }, {
        skip: new Set([...UNTOLD, "baseUrls", "credential"]),
      });
      const note = { door, action: "accounts.add", subject: name, detail: detailOf(words) };
      return rows.insert({ name, fields, ...row }, note);
    },
    update: (id, change) =>
      rows.update(id, (row) => {
        const wanted = change(row);
        return wanted && { ...wanted, ...defined({ audit: noteOf(row, wanted, door) }) };
      }),
    remove: (id) =>
      rows.remove(id, (subject) => ({ door, action: "accounts.remove", subject, detail: "" })),
  };
}

/** The entry of a change; undefined if nothing changes that a user would want to know. */
function noteOf(
  { name, fields: before, secret }: AccountRow,
  change: AccountRowChange,
  door: AuditDoor,
): AuditNote | undefined {
  const { fields: after = before } = change;
  const words = [
    ...change.name === undefined || change.name === name
      ? []
      : [`name "${name}" → "${change.name}"`],
    ...changeWords({ before, after }, { skip: UNTOLD }),
    ...changedSecrets(secret, change.secret),
  ];
  const differs = (field: string) => before[field] !== after[field];
  const action = differs("signedInAt")
    ? "accounts.sign-in"
    : differs("enabled")
    ? after["enabled"] === true ? "accounts.enable" : "accounts.disable"
    : words.length > 0
    ? "accounts.edit"
    : differs("restsEnded")
    ? "accounts.end-cool-downs"
    : undefined;
  if (action === undefined) return undefined;
  const reason = after["disabledReason"];
  if (action === "accounts.disable" && typeof reason === "string") {
    words.push(oneLine(redacted(reason)));
  }
  return { door, action, subject: name, detail: detailOf(words) };
}

/** Names the secrets that a change replaces. Google replaces a refresh token by itself: that is no change. */
function changedSecrets(before = "", after = before): readonly string[] {
  if (before === after) return [];
  const was = parsedObject(before) ?? {};
  const is = parsedObject(after) ?? {};
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .filter((name) => was[name] !== is[name] && name !== "refreshToken");
  const words = names.map((name) => name === "proxy" ? "proxy changed" : "credential changed");
  return [...new Set(words)];
}
