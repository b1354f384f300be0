/**
 * The texts of the view of usage.
 *
 * @module
 */

export const USAGE = {
  title: "Usage",
  by: "Stacked by",
  dimensions: { key: "Key", account: "Account", model: "Model" },
  range: "Time",
  ranges: { "24h": "24 hours", "7d": "7 days", "30d": "30 days", "90d": "90 days", "1y": "1 year" },
  bars: {
    "24h": "A bar is an hour",
    "7d": "A bar is six hours",
    "30d": "A bar is a day (UTC)",
    "90d": "A bar is a day (UTC)",
    "1y": "A bar is a week (UTC)",
  },
  measures: { requests: "Requests", tokens: "Tokens", cost: "Cost" },
  chart: (/** @type {string} */ measure, /** @type {string} */ by, /** @type {string} */ total) =>
    `${measure} over time, stacked by ${by.toLowerCase()}: ${total} in total. The table below has the numbers.`,
  numbers: (/** @type {string} */ measure) => `${measure} as a table`,
  period: "Time",
  total: "Total",
  notKnown: "not known",
  atLeast: (/** @type {string} */ amount) => `≥ ${amount}`,
  others: (/** @type {number} */ count) => `${count} others`,
  none: {
    key: "No key",
    account: "No account",
    model: "No model",
  },
  open: "open (no key)",
  ownKey: "gateway’s key (default)",
  legend: "Colours",
  partial: "part of it not known",
  noTokens: (/** @type {string} */ calls) =>
    `Google reported no tokens for ${calls}. They are not counted as 0: the amounts they belong to are at least what is shown.`,
  noPrice: (/** @type {string} */ calls) =>
    `The price of the model is not known for ${calls}: set prices.models in the configuration, and later calls are priced.`,
  estimate: (/** @type {string} */ date) =>
    `Cost is an estimate by Google’s list prices of ${date}; free tiers and subscriptions are not considered.`,
  table: (/** @type {string} */ by) => `By ${by.toLowerCase()}`,
  columns: {
    calls: "Requests",
    errors: "Failed",
    tokens: "Tokens",
    prompt: "Prompt",
    cached: "of it cached",
    tool: "Tools",
    thoughts: "Thoughts",
    output: "Response",
    cost: "Cost",
    firstByte: "First byte, mean",
  },
  more: (/** @type {string} */ names, /** @type {string} */ by) =>
    `${names} more: pollux usage --by ${by} shows all`,
  empty: ["Nothing was used in this time", "Requests appear here an instant after they end."],
  toConnect: "Connect a client",
};
