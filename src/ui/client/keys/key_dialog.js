/**
 * The dialogs that create a client key and change one.
 *
 * @module
 */
import { api, segment } from "../parts/api.js";
import { checkbox, field, onSubmit } from "../parts/controls.js";
import { openDialog } from "../parts/dialog.js";
import { el } from "../parts/dom.js";
import { choice, readForm, textInput } from "../parts/form_fields.js";
import { countText } from "../parts/form_values.js";
import { COMMON } from "../texts/common.js";
import { KEYS } from "../texts/keys.js";
import { toast } from "../parts/toast.js";
import { sayWarnings } from "../parts/warnings.js";
import { COUNTS, keyChangesOf, newKeyOf } from "./key_form.js";
import { showKey } from "./show_key.js";

/** @typedef {import("./key_state.js").KeyInfo} KeyInfo */

const TEXTS = KEYS.form;

/**
 * Opens the dialog that creates a key, and shows its text once.
 *
 * @param {{ readonly isFirst: boolean, readonly accounts: readonly string[],
 *   readonly onCreated: (name: string) => Promise<void> }} options `isFirst`: no request needed a key before;
 *   `accounts`: names and labels to choose from.
 */
export function createKey({ isFirst, accounts, onCreated }) {
  const form = keyForm(undefined, accounts);
  const close = openForm(form, TEXTS.createTitle, KEYS.create);
  onSubmit(form, async () => {
    const body = readForm(form, KEYS.fault, (fields) => newKeyOf(fields, Date.now()));
    const made = await api.post("keys", body);
    const { key, text } = made;
    close();
    showKey(text, { title: KEYS.shown.created(key.name), isFirst });
    sayWarnings(made);
    await onCreated(key.name);
  });
}

/**
 * Opens the dialog that changes a key.
 *
 * @param {KeyInfo} key
 * @param {{ readonly accounts: readonly string[], readonly reload: () => Promise<void>,
 *   readonly onRenamed: (name: string) => void }} options
 */
export function editKey(key, { accounts, reload, onRenamed }) {
  const { name } = key;
  const form = keyForm(key, accounts);
  const close = openForm(form, TEXTS.editTitle(name), KEYS.save);
  onSubmit(form, async () => {
    const changes = readForm(form, KEYS.fault, (fields) => keyChangesOf(key, fields, Date.now()));
    if (Object.keys(changes).length === 0) {
      close();
      toast(KEYS.unchanged);
      return;
    }
    const changed = await api.patch(`keys/${segment(name)}`, changes);
    close();
    toast(KEYS.changed(changed.name));
    sayWarnings(changed);
    if (changed.name !== name) onRenamed(changed.name);
    await reload();
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {string} title
 * @param {string} action
 */
function openForm(form, title, action) {
  const { close } = openDialog({
    title,
    kind: "box wide",
    body: form,
    foot: [
      el("button", { type: "button", onclick: () => close() }, COMMON.cancel),
      el("button", { class: "primary", form: form.id }, action),
    ],
  });
  return close;
}

/**
 * @param {KeyInfo | undefined} key Undefined for a new one.
 * @param {readonly string[]} known Names and labels of accounts.
 */
function keyForm(key, known) {
  const { limits = {}, labels = [], allow = [], deny = [], accounts = [], may = ["calls"] } = key ??
    {};
  const form = el(
    "form",
    { id: "key-form", class: "fields" },
    el(
      "div",
      { class: "fields two" },
      field(TEXTS.name, textInput("name", key?.name), { hint: TEXTS.nameHint }),
      field(TEXTS.labels, textInput("labels", labels.join(", ")), { hint: TEXTS.labelsHint }),
    ),
    group(
      TEXTS.limits,
      el("p", { class: "hint" }, TEXTS.limitsHint),
      el(
        "div",
        { class: "fields three" },
        COUNTS.map((name) => field(TEXTS[name], textInput(name, countText(limits[name])))),
        field(
          TEXTS.budget,
          textInput("budget", budgetText(limits.budget), { inputmode: "decimal" }),
        ),
        field(TEXTS.budgetPer, choice("budgetPer", TEXTS.per, limits.budget?.per ?? "month")),
      ),
    ),
    group(
      TEXTS.uses,
      el(
        "div",
        { class: "fields two" },
        field(TEXTS.allow, textInput("allow", allow.join(", ")), { hint: TEXTS.allowHint }),
        field(TEXTS.deny, textInput("deny", deny.join(", ")), { hint: TEXTS.denyHint }),
        field(
          TEXTS.accounts,
          textInput("accounts", accounts.join(", "), { list: "account-names" }),
          {
            hint: TEXTS.accountsHint,
          },
        ),
        el(
          "fieldset",
          { class: "either" },
          el("legend", {}, TEXTS.may),
          Object.entries(KEYS.may).map(([value, words]) =>
            checkbox(words, { name: "may", value, checked: may.includes(value) })
          ),
        ),
      ),
      el("datalist", { id: "account-names" }, known.map((value) => el("option", { value }))),
    ),
    group(TEXTS.life, expiryFields(key)),
  );
  form.noValidate = true;
  return form;
}

/** @param {KeyInfo | undefined} key */
function expiryFields(key) {
  const { keep, ...others } = TEXTS.expiry;
  const hasEnd = key?.expiresAt !== undefined;
  const expires = choice(
    "expires",
    hasEnd ? { keep, ...others } : others,
    hasEnd ? "keep" : "never",
  );
  const day = field(TEXTS.expiresOn, el("input", { type: "date", name: "expiresOn" }));
  day.hidden = true;
  expires.addEventListener("change", () => day.hidden = expires.value !== "date");
  return el("div", { class: "fields three" }, field(TEXTS.expires, expires), day);
}

/** @param {import("./key_state.js").KeyLimits["budget"]} budget */
function budgetText(budget) {
  return budget === undefined ? "" : String(budget.microUsd / 1e6);
}

/**
 * @param {string} title
 * @param {...Node} content
 */
function group(title, ...content) {
  return el("fieldset", { class: "group" }, el("legend", {}, title), content);
}
