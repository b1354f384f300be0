/**
 * The texts of the view of settings.
 *
 * @module
 */

export const SETTINGS = {
  title: "Settings",
  words:
    "They are read only here: the configuration file is the one place that is edited, and most changes of it apply at once.",
  about: "This gateway",
  facts: { version: "Version", started: "Started", addresses: "Addresses", keyPolicy: "Keys" },
  list: "Configuration",
  filter: "Filter settings",
  changedOnly: "Changed only",
  columns: { name: "Setting", value: "Value", origin: "From" },
  default: (/** @type {string} */ value) => `default: ${value}`,
  afterRestart: (/** @type {string} */ value) => `${value} after a restart`,
  needsRestart: "needs a restart",
  none: "–",
  on: "on",
  off: "off",
  noMatch: ["No such settings", "No setting matches the filter."],
  audit: "Audit log",
  auditWords:
    "What changed, and by which door: the newest first. The commands, the admin API and this page write it.",
  auditColumns: { at: "Time", door: "Door", action: "Action", subject: "Name", detail: "Detail" },
  doors: {
    "command": "command",
    "admin-api": "admin API",
    "page": "page",
    "configuration": "configuration",
    "gateway": "gateway",
  },
  older: "Show older entries",
  noAudit: [
    "No entries yet",
    "Changes of accounts, keys and settings appear here, and sign-ins at the page.",
  ],
};
