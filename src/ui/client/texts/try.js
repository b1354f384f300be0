/**
 * The texts of the view that tries a prompt.
 *
 * @module
 */

export const TRY = {
  title: "Try",
  words:
    "Sends a prompt through the gateway, as a client would. It counts like any other request, as the gateway’s own key.",
  prompt: "Prompt",
  placeholder: "Write a haiku about twins",
  system: "System instruction",
  model: "Model",
  noModels: "No account lists a model yet",
  send: "Send",
  stop: "Stop",
  hint: "Ctrl + Enter sends",
  response: "Response",
  thoughts: "Thoughts",
  waiting: "Waiting for the first words…",
  done: "The response is complete.",
  stopped: "Stopped. What had come until then is shown; Google may count more tokens than these.",
  empty: "The response is empty.",
  other: (/** @type {string} */ name) => `There is also a part that is not shown here: ${name}.`,
  image: "An image of the response",
  blocked: (/** @type {string} */ reason) => `Google refused the prompt (${reason}).`,
  finish: {
    MAX_TOKENS: "The response ended at the limit of its tokens.",
    SAFETY: "Google ended the response, for safety.",
    RECITATION: "Google ended the response, since it repeated protected text.",
    PROHIBITED_CONTENT: "Google ended the response, since its content is prohibited.",
    SPII: "Google ended the response, since it contained personal data.",
    MALFORMED_FUNCTION_CALL: "The model made a function call that is not valid.",
  },
  otherFinish: (/** @type {string} */ reason) => `The response ended with “${reason}”.`,
  broke: "The connection broke before the response had ended.",
  unreachable: "The gateway does not respond. It may have been stopped.",
  account: (/** @type {string} */ name) => `Account ${name}`,
  attempts: (/** @type {string} */ count) => `${count} attempts`,
  tokens: {
    prompt: (/** @type {string} */ count) => `${count} tokens in`,
    thoughts: (/** @type {string} */ count) => `${count} of thoughts`,
    output: (/** @type {string} */ count) => `${count} out`,
  },
  noTokens: "tokens not known",
  first: (/** @type {string} */ time) => `first words after ${time}`,
  total: (/** @type {string} */ time) => `${time} in all`,
  explain: "Explain",
};
