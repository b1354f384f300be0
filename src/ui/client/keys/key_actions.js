/**
 * What can be done with a client key, as buttons: rotate, enable, disable, remove.
 *
 * @module
 */
import { api, segment } from "../parts/api.js";
import { busy, field, onSubmit } from "../parts/controls.js";
import { confirm, openDialog } from "../parts/dialog.js";
import { el } from "../parts/dom.js";
import { choice } from "../parts/form_fields.js";
import { COMMON } from "../texts/common.js";
import { KEYS } from "../texts/keys.js";
import { toast } from "../parts/toast.js";
import { showKey } from "./show_key.js";

/** @typedef {import("./key_state.js").KeyInfo} KeyInfo */

/**
 * A button that refuses the key, or accepts it again.
 *
 * @param {KeyInfo} key
 * @param {() => Promise<void>} reload
 */
export function enabling({ name, state }, reload) {
  const isDisabled = state === "disabled";
  const button = el("button", {
    type: "button",
    "aria-label": isDisabled ? KEYS.enableOf(name) : KEYS.disableOf(name),
  }, isDisabled ? KEYS.enable : KEYS.disable);
  button.addEventListener("click", () =>
    busy(button, async () => {
      await api.post(`keys/${segment(name)}/${isDisabled ? "enable" : "disable"}`);
      toast(isDisabled ? KEYS.enabled(name) : KEYS.disabled(name));
      await reload();
    }));
  return button;
}

/**
 * A button that gives the key another text, once it was said for how long the former one is valid.
 *
 * @param {KeyInfo} key
 * @param {() => Promise<void>} reload
 */
export function rotating({ name }, reload) {
  return el("button", {
    type: "button",
    "aria-label": KEYS.rotateOf(name),
    onclick: () => rotateKey(name, reload),
  }, KEYS.rotate);
}

/**
 * A button that removes the key, once that was confirmed.
 *
 * @param {Pick<KeyInfo, "name">} key
 * @param {() => Promise<void>} done
 */
export function removing({ name }, done) {
  const button = el("button", { type: "button", class: "quiet danger" }, KEYS.remove);
  button.addEventListener("click", () =>
    busy(button, async () => {
      const isSure = await confirm({
        title: KEYS.removeTitle(name),
        words: KEYS.removeWords,
        action: KEYS.remove,
        isDanger: true,
      });
      if (!isSure) return;
      await api.delete(`keys/${segment(name)}`);
      toast(KEYS.removed(name));
      await done();
    }));
  return button;
}

/**
 * @param {string} name
 * @param {() => Promise<void>} reload
 */
function rotateKey(name, reload) {
  const grace = choice("grace", KEYS.graces, "24h");
  const form = el(
    "form",
    { id: "rotate-key", class: "fields" },
    el("p", {}, KEYS.rotateWords),
    field(KEYS.grace, grace),
  );
  const { close } = openDialog({
    title: KEYS.rotateTitle(name),
    body: form,
    foot: [
      el("button", { type: "button", onclick: () => close() }, COMMON.cancel),
      el("button", { class: "primary", form: "rotate-key" }, KEYS.rotate),
    ],
  });
  onSubmit(form, async () => {
    const { key, text } = await api.post(`keys/${segment(name)}/rotate`, { grace: grace.value });
    close();
    showKey(text, { title: KEYS.shown.rotated(name), rotated: key });
    await reload();
  });
}
