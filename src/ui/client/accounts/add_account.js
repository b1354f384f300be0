/**
 * The dialog that adds an account, by a key or by a credentials file.
 *
 * @module
 */
import { api } from "../parts/api.js";
import { field, onSubmit } from "../parts/controls.js";
import { openDialog } from "../parts/dialog.js";
import { el, fill, say } from "../parts/dom.js";
import { readForm, secretInput, textInput } from "../parts/form_fields.js";
import { COMMON } from "../texts/common.js";
import { ACCOUNTS } from "../texts/accounts.js";
import { toast } from "../parts/toast.js";
import { sayWarnings } from "../parts/warnings.js";
import { aboutCredentials, LONGEST_FILE, newAccountOf, takesKey } from "./account_form.js";

const TEXTS = ACCOUNTS.form;

const KINDS = /** @type {const} */ (["gemini-api", "vertex", "code-assist"]);

/** @typedef {(typeof KINDS)[number]} Kind */

/**
 * Opens the dialog.
 *
 * @param {(name: string) => Promise<void>} onAdded
 */
export function addAccount(onAdded) {
  const depends = el("div", { class: "fields" });
  /** @type {Kind} */
  let kind = "gemini-api";
  let credential = "file";
  let file = "";

  function showFields() {
    file = "";
    fill(depends, ...fieldsOf());
  }

  /** @returns {(Node | false)[]} */
  function fieldsOf() {
    const byKey = takesKey({ kind, credential });
    return [
      kind === "vertex" && credentialChoice((chosen) => {
        credential = chosen;
        showFields();
        focusOn(depends, `input[name="credential"]:checked`);
      }, credential),
      ...(byKey
        ? [field(TEXTS.apiKey, secretInput("apiKey"), { hint: TEXTS.apiKeyHint })]
        : credentialsFields(kind, (text) => file = text)),
      kind === "code-assist" && risk(),
    ];
  }

  const form = el(
    "form",
    { id: "add-account", class: "fields" },
    kindChoice((chosen) => {
      kind = chosen;
      showFields();
    }),
    field(TEXTS.name, textInput("name", "", { required: true }), { hint: TEXTS.nameHint }),
    depends,
    el(
      "details",
      { class: "more" },
      el("summary", {}, TEXTS.more),
      el(
        "div",
        { class: "fields" },
        field(TEXTS.labels, textInput("labels", ""), { hint: TEXTS.labelsHint }),
        field(TEXTS.baseUrls, textInput("baseUrls", ""), { hint: TEXTS.baseUrlsHint }),
      ),
    ),
  );
  // The form says itself what is missing, in words.
  form.noValidate = true;
  showFields();
  const { close } = openDialog({
    title: TEXTS.addTitle,
    body: form,
    foot: [
      el("button", { type: "button", onclick: () => close() }, COMMON.cancel),
      el("button", { class: "primary", form: "add-account" }, ACCOUNTS.add),
    ],
  });
  onSubmit(form, async () => {
    const body = readForm(
      form,
      ACCOUNTS.fault,
      (fields) => newAccountOf({ ...fields, ...(file === "" ? {} : { credentials: file }) }),
    );
    const added = await api.post("accounts", body);
    const { name } = added;
    close();
    toast(ACCOUNTS.added(name));
    sayWarnings(added);
    await onAdded(name);
  });
}

/** @param {(kind: Kind) => void} onChoice */
function kindChoice(onChoice) {
  return el(
    "fieldset",
    { class: "kinds" },
    el("legend", {}, TEXTS.kindLabel),
    KINDS.map((kind, nth) =>
      el(
        "label",
        {},
        el("input", {
          type: "radio",
          name: "kind",
          value: kind,
          checked: nth === 0,
          onchange: () => onChoice(kind),
        }),
        el("strong", {}, ACCOUNTS.kind[kind]),
        el("span", { class: "hint" }, TEXTS.kindHint[kind]),
      )
    ),
  );
}

/**
 * @param {(credential: string) => void} onChoice
 * @param {string} chosen
 */
function credentialChoice(onChoice, chosen) {
  return el(
    "fieldset",
    { class: "either" },
    el("legend", {}, TEXTS.credentialLabel),
    Object.entries({ file: TEXTS.withFile, key: TEXTS.withKey }).map(([value, words]) =>
      el(
        "label",
        { class: "check" },
        el("input", {
          type: "radio",
          name: "credential",
          value,
          checked: value === chosen,
          onchange: () => onChoice(value),
        }),
        words,
      )
    ),
  );
}

/**
 * The file, or its text; and what an account in a project needs besides.
 *
 * @param {Kind} kind
 * @param {(text: string) => void} onText The file was read; empty if there is none any more.
 * @returns {Node[]}
 */
function credentialsFields(kind, onText) {
  const about = el("p", { class: "small", role: "status" });
  const project = textInput("project", "");
  const picker = el("input", { type: "file", name: "file", accept: ".json,application/json" });
  picker.addEventListener("change", async () => {
    const [chosen] = picker.files ?? [];
    onText("");
    about.className = "small";
    if (chosen === undefined) return say(about, "");
    const text = chosen.size > LONGEST_FILE ? undefined : await chosen.text();
    const facts = text === undefined ? undefined : aboutCredentials(text);
    if (text === undefined || facts === undefined) {
      about.className = "small bad";
      return say(about, text === undefined ? TEXTS.fileTooLong : TEXTS.fileNotJson);
    }
    onText(text);
    project.placeholder = facts.project;
    say(
      about,
      TEXTS.fileRead([facts.type, facts.project].filter((word) => word !== "").join(", ")),
    );
  });
  const pasted = el("textarea", {
    name: "credentials",
    rows: 5,
    spellcheck: "false",
    autocomplete: "off",
    class: "mono",
  });
  return [
    el("div", { class: "field" }, field(TEXTS.file, picker, { hint: TEXTS.fileHint[kind] }), about),
    el("details", { class: "more" }, el("summary", {}, TEXTS.paste), field(TEXTS.pasted, pasted)),
    el(
      "div",
      { class: "fields two" },
      field(TEXTS.project, project, { hint: TEXTS.projectHint[kind] }),
      ...(kind === "vertex"
        ? [field(TEXTS.location, textInput("location", "global"), { hint: TEXTS.locationHint })]
        : []),
    ),
  ];
}

/** Google's position, and the question. */
function risk() {
  return el(
    "div",
    { class: "note", "data-tone": "warn" },
    el("p", {}, TEXTS.risk),
    el(
      "label",
      { class: "check" },
      el("input", { type: "checkbox", name: "agreesToRisk", value: "yes" }),
      TEXTS.agree,
    ),
  );
}

/**
 * @param {Element} within
 * @param {string} selector
 */
function focusOn(within, selector) {
  const control = within.querySelector(selector);
  if (control instanceof HTMLElement) control.focus();
}
