/**
 * The view that connects clients: what to paste, with the gateway's address, a key and a model in it.
 *
 * @module
 */
import { api } from "../parts/api.js";
import { copyBox } from "../parts/controls.js";
import { el, fill, part, partOf, say } from "../parts/dom.js";
import { fillModels, FIRST_MODEL } from "../parts/models.js";
import { SNIPPET_CLIENTS } from "./snippets.js";
import { CONNECT } from "../texts/connect.js";

/** @param {HTMLElement} section */
export function start(section) {
  const address = partOf(section, "address", HTMLSelectElement);
  const model = partOf(section, "model", HTMLSelectElement);
  const key = partOf(section, "key", HTMLInputElement);
  const clients = part(section, "client");
  /** When the gateway asks for a key. */
  let asks = "always";
  let [chosen] = SNIPPET_CLIENTS;

  function draw() {
    if (chosen === undefined) return;
    const isAsked = asks === "always" || (asks === "forwarded" && isPublic(address));
    const target = {
      url: address.value,
      model: model.value || FIRST_MODEL,
      key: key.value.trim() || (isAsked ? CONNECT.yourKey : CONNECT.anyKey),
    };
    const { name, install } = chosen;
    fill(
      part(section, "snippets"),
      install !== undefined && snippet(CONNECT.install, install, name),
      chosen.snippets(target).map(({ label, text }) => snippet(label, text, name)),
    );
  }

  section.oninput = draw;
  clients.onchange = () => {
    const checked = clients.querySelector("input:checked");
    const id = checked instanceof HTMLInputElement ? checked.value : "";
    // The address names the client, so that it can be sent to someone.
    location.replace(`#/connect/${id}`);
  };

  return {
    /** @param {string} rest */
    async show(rest) {
      chosen = SNIPPET_CLIENTS.find((client) => client.id === rest) ?? chosen;
      for (const input of clients.querySelectorAll("input")) {
        input.checked = input.value === chosen?.id;
      }
      const [status, catalogue] = await Promise.all([api.get("status"), api.get("models")]);
      fillAddresses(address, status);
      fillModels(model, catalogue, CONNECT.noModels);
      ({ asks } = status.keyPolicy);
      say(part(section, "key-hint"), hintOf(asks));
      part(section, "make-key").hidden = asks === "never";
      draw();
    },
    /** Whoever signs in next finds no key. */
    hide() {
      key.value = "";
      draw();
    },
  };
}

/**
 * @param {string} label
 * @param {string} text
 * @param {string} client
 */
function snippet(label, text, client) {
  return el("div", { class: "snippet" }, el("h2", {}, label), copyBox(text, `${label}, ${client}`));
}

/**
 * The gateway's addresses; the one for other machines first.
 *
 * @param {HTMLSelectElement} select
 * @param {{ addresses: readonly string[], publicUrl?: string }} status
 */
function fillAddresses(select, { addresses, publicUrl }) {
  const { public: forOthers, local } = CONNECT.addresses;
  const all = [
    ...(publicUrl === undefined ? [] : [{ url: publicUrl, words: forOthers, isPublic: true }]),
    ...addresses.map((url) => ({ url, words: local, isPublic: false })),
  ];
  const before = select.value;
  fill(
    select,
    all.map(({ url, words, isPublic }) =>
      el("option", {
        value: url.replace(/\/+$/, ""),
        selected: url === before,
        "data-public": isPublic,
      }, all.length === 1 ? url : `${url} (${words})`)
    ),
  );
}

/** @param {HTMLSelectElement} select */
function isPublic(select) {
  return select.selectedOptions[0]?.hasAttribute("data-public") ?? false;
}

/** @param {string} asks When the gateway asks for a key. */
function hintOf(asks) {
  return new Map(Object.entries(CONNECT.keyHints)).get(asks) ?? "";
}
