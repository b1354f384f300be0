/**
 * The texts of the view that connects clients.
 *
 * @module
 */

export const CONNECT = {
  title: "Connect",
  words: "What to paste, with this gateway’s address in it.",
  address: "Address",
  addresses: { public: "for other machines", local: "this machine" },
  model: "Model",
  noModels: "No account lists a model yet",
  key: "Key",
  keyPlaceholder: "A key of yours",
  keyHints: {
    never: "The gateway asks for no key: any text will do.",
    forwarded: "Clients on this machine need no key; those behind a proxy do.",
    always:
      "The gateway asks for a key. Its text is shown once, when it is made, so paste yours here: it goes into the snippets, and nowhere else.",
  },
  makeKey: "Make a key",
  yourKey: "YOUR_KEY",
  anyKey: "any",
  client: "Client",
  install: "Install",
  labels: {
    response: "One response",
    stream: "A stream",
    terminal: "Terminal",
    command: "Or let Pollux write the settings",
  },
  toTry: "Try a prompt here",
};
