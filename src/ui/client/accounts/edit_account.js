/**
 * The dialog that changes an account.
 *
 * @module
 */
import { api, segment } from "../parts/api.js";
import { field, onSubmit } from "../parts/controls.js";
import { openDialog } from "../parts/dialog.js";
import { el } from "../parts/dom.js";
import { readForm, secretInput, textInput } from "../parts/form_fields.js";
import { countText } from "../parts/form_values.js";
import { COMMON } from "../texts/common.js";
import { ACCOUNTS } from "../texts/accounts.js";
import { toast } from "../parts/toast.js";
import { sayWarnings } from "../parts/warnings.js";
import { accountChangesOf } from "./account_form.js";

const TEXTS = ACCOUNTS.form;

/**
 * Opens the dialog.
 *
 * @param {import("./account_state.js").AccountInfo} account
 * @param {{ readonly reload: () => Promise<void>, readonly onRenamed: (name: string) => void }} options
 */
export function editAccount(account, { reload, onRenamed }) {
  const { name, labels = [], priority, weight, maxConcurrent, models, credential } = account;
  const form = el(
    "form",
    { id: "edit-account", class: "fields" },
    field(TEXTS.name, textInput("name", name), { hint: TEXTS.nameHint }),
    field(TEXTS.labels, textInput("labels", labels.join(", ")), { hint: TEXTS.labelsHint }),
    el(
      "div",
      { class: "fields three" },
      field(TEXTS.priority, textInput("priority", priority), { hint: TEXTS.priorityHint }),
      field(TEXTS.weight, textInput("weight", countText(weight)), { hint: TEXTS.weightHint }),
      field(TEXTS.maxConcurrent, textInput("maxConcurrent", countText(maxConcurrent)), {
        hint: TEXTS.maxConcurrentHint,
      }),
    ),
    field(TEXTS.allow, textInput("allow", models?.allow.join(", ")), { hint: TEXTS.allowHint }),
    field(TEXTS.deny, textInput("deny", models?.deny.join(", ")), { hint: TEXTS.denyHint }),
    credential === "api_key" &&
      field(TEXTS.newApiKey, secretInput("apiKey"), { hint: TEXTS.newApiKeyHint }),
    el("details", { class: "more" }, el("summary", {}, TEXTS.more), moreFields(account)),
  );
  // The form says itself what is wrong, in words.
  form.noValidate = true;
  const { close } = openDialog({
    title: TEXTS.editTitle(name),
    body: form,
    foot: [
      el("button", { type: "button", onclick: () => close() }, COMMON.cancel),
      el("button", { class: "primary", form: "edit-account" }, ACCOUNTS.save),
    ],
  });
  onSubmit(form, async () => {
    const changes = readForm(form, ACCOUNTS.fault, (fields) => accountChangesOf(account, fields));
    if (Object.keys(changes).length === 0) {
      close();
      toast(ACCOUNTS.unchanged);
      return;
    }
    const changed = await api.patch(`accounts/${segment(name)}`, changes);
    close();
    toast(ACCOUNTS.changed(changed.name));
    sayWarnings(changed);
    if (changed.name !== name) onRenamed(changed.name);
    await reload();
  });
}

/** @param {import("./account_state.js").AccountInfo} account */
function moreFields(account) {
  const { kind, credential, project, location, quotaProject, projectGroup, proxy, baseUrls } =
    account;
  // An API key belongs to a project.
  const isInProject = credential !== "api_key";
  return el(
    "div",
    { class: "fields two" },
    isInProject &&
      field(TEXTS.project, textInput("project", project), { hint: TEXTS.editProjectHint }),
    isInProject && kind === "vertex" &&
      field(TEXTS.location, textInput("location", location), { hint: TEXTS.locationHint }),
    field(TEXTS.quotaProject, textInput("quotaProject", quotaProject), {
      hint: TEXTS.quotaProjectHint,
    }),
    field(TEXTS.projectGroup, textInput("projectGroup", projectGroup), {
      hint: TEXTS.projectGroupHint,
    }),
    field(TEXTS.baseUrls, textInput("baseUrls", baseUrls.join(", ")), { hint: TEXTS.baseUrlsHint }),
    field(TEXTS.proxy, textInput("proxy", proxy), { hint: TEXTS.proxyHint }),
  );
}
