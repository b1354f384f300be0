/**
 * The page's texts that are not of one view.
 *
 * @module
 */

export const COMMON = {
  name: "Pollux",
  skip: "Skip to the content",
  navigation: "Views",
  live: { open: "Live", opening: "Connecting", lost: "Reconnecting" },
  theme: { auto: "Theme: system", light: "Theme: light", dark: "Theme: dark" },
  signOut: "Sign out",
  close: "Close",
  cancel: "Cancel",
  copy: "Copy",
  copied: "Copied",
  notCopied: "The browser did not allow this page to copy. Select the text and copy it.",
  dismiss: "Dismiss",
  loading: "Loading…",
  retry: "Try again",
  failedTitle: "This view cannot be shown",
  unreachable:
    "The gateway does not respond. It may have been stopped: start it, and this page goes on by itself.",
  unexpected: (/** @type {number} */ status) =>
    `The gateway responded with ${status}, and with nothing that explains it.`,
  needsScript: "This page needs JavaScript. The commands of pollux show and do the same.",
};

export const SIGN_IN = {
  title: "Sign in",
  key: "Admin key",
  action: "Sign in",
  hint: [
    "Run ",
    "pollux ui",
    " on the gateway's machine: it prints an address that signs you in. Or enter the key that is set as ",
    "admin.key",
    ".",
  ],
  wrong: "This is not the admin key of this gateway.",
  expired: "The session has ended: it lasts 12 hours, and no longer than the gateway runs.",
  codeSpent: "The address was used before, or is older than two minutes. Run pollux ui again.",
  signedOut: "You are signed out.",
};
