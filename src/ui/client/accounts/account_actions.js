/**
 * What can be done with an account, as buttons: test, enable, disable, remove.
 *
 * @module
 */
import { api, segment } from "../parts/api.js";
import { busy } from "../parts/controls.js";
import { confirm } from "../parts/dialog.js";
import { el } from "../parts/dom.js";
import { ACCOUNTS } from "../texts/accounts.js";
import { toast } from "../parts/toast.js";

/** @typedef {import("./account_state.js").AccountInfo} AccountInfo */

/**
 * A button that asks Google with the account, and says whether it works.
 *
 * @param {AccountInfo} account
 * @param {() => Promise<void>} reload
 */
export function testing({ name }, reload) {
  const button = el(
    "button",
    { type: "button", "aria-label": ACCOUNTS.testOf(name) },
    ACCOUNTS.test,
  );
  button.addEventListener("click", () =>
    busy(button, async () => {
      const result = await api.post(`accounts/${segment(name)}/test`);
      if (result.ok) toast(ACCOUNTS.works(name, result.models));
      else toast(ACCOUNTS.fails(name, result.error), { isError: true });
      await reload();
    }));
  return button;
}

/**
 * A button that enables the account, or disables it.
 *
 * @param {AccountInfo} account
 * @param {() => Promise<void>} reload
 */
export function enabling({ name, enabled }, reload) {
  const button = el("button", {
    type: "button",
    "aria-label": enabled ? ACCOUNTS.disableOf(name) : ACCOUNTS.enableOf(name),
  }, enabled ? ACCOUNTS.disable : ACCOUNTS.enable);
  button.addEventListener("click", () =>
    busy(button, async () => {
      await api.post(`accounts/${segment(name)}/${enabled ? "disable" : "enable"}`);
      toast(enabled ? ACCOUNTS.disabled(name) : ACCOUNTS.enabled(name));
      await reload();
    }));
  return button;
}

/**
 * A button that ends the account's cool-downs.
 *
 * @param {AccountInfo} account
 * @param {() => Promise<void>} reload
 */
export function usingNow({ name }, reload) {
  const button = el("button", { type: "button" }, ACCOUNTS.useNow);
  button.addEventListener("click", () =>
    busy(button, async () => {
      await api.post(`accounts/${segment(name)}/enable`);
      toast(ACCOUNTS.inUse(name));
      await reload();
    }));
  return button;
}

/**
 * A button that removes the account, once that was confirmed.
 *
 * @param {Pick<AccountInfo, "name">} account
 * @param {() => Promise<void>} done
 */
export function removing({ name }, done) {
  const button = el("button", { type: "button", class: "quiet danger" }, ACCOUNTS.remove);
  button.addEventListener("click", () =>
    busy(button, async () => {
      const isSure = await confirm({
        title: ACCOUNTS.removeTitle(name),
        words: ACCOUNTS.removeWords,
        action: ACCOUNTS.remove,
        isDanger: true,
      });
      if (!isSure) return;
      await api.delete(`accounts/${segment(name)}`);
      toast(ACCOUNTS.removed(name));
      await done();
    }));
  return button;
}
