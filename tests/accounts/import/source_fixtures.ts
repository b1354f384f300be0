/**
 * Files as the other programs write them, with made-up values.
 *
 * @module
 */

/** `application_default_credentials.json` of gcloud. */
export const ADC_FILE = {
  account: "",
  client_id: "client-1.apps.googleusercontent.com",
  client_secret: "planted-client-secret",
  quota_project_id: "billed-1",
  refresh_token: "1//planted-adc",
  type: "authorized_user",
  universe_domain: "googleapis.com",
};

/** A service account's key, as the Google Cloud console gives it out. */
export const SERVICE_ACCOUNT = {
  type: "service_account",
  project_id: "my-project-1",
  private_key_id: "key-1",
  private_key: "-----BEGIN PRIVATE KEY-----\nplanted\n-----END PRIVATE KEY-----\n",
  client_email: "planted-robot@my-project-1.iam.gserviceaccount.com",
  client_id: "1",
  auth_uri: "https://accounts.google.com/o/oauth2/auth",
  token_uri: "https://oauth2.googleapis.com/token",
};

/** `oauth_creds.json` of gemini-cli. */
export const GEMINI_CLI_FILE = {
  access_token: "ya29.planted-access-token",
  refresh_token: "1//planted-cli",
  scope: "https://www.googleapis.com/auth/cloud-platform openid",
  token_type: "Bearer",
  id_token: "planted-id-token",
  expiry_date: 1_770_000_000_000,
};

/** CLIProxyAPI's file of a Google sign-in. */
export const CLIPROXY_GEMINI = {
  auto: false,
  checked: true,
  email: "planted-ada@example.com",
  project_id: "my-project-1",
  token: {
    access_token: "ya29.planted-access-token",
    client_id: "client-1.apps.googleusercontent.com",
    client_secret: "planted-client-secret",
    expiry: "2026-01-01T00:00:00Z",
    refresh_token: "1//planted-cpa",
    scopes: ["https://www.googleapis.com/auth/cloud-platform"],
    token_type: "Bearer",
    token_uri: "https://oauth2.googleapis.com/token",
    universe_domain: "googleapis.com",
  },
  type: "gemini",
};

/** CLIProxyAPI's file of an Antigravity sign-in. */
export const CLIPROXY_ANTIGRAVITY = {
  access_token: "ya29.planted-access-token",
  email: "planted-ada@example.com",
  expired: "2026-09-14T00:00:00Z",
  expires_in: 3599,
  project_id: "my-project-2",
  refresh_token: "1//planted-cpa-antigravity",
  timestamp: 1_770_000_000_000,
  type: "antigravity",
};

/** CLIProxyAPI's file of a service account. */
export const CLIPROXY_VERTEX = {
  email: "planted-robot@my-project-1.iam.gserviceaccount.com",
  location: "us-central1",
  project_id: "my-project-4",
  service_account: SERVICE_ACCOUNT,
  type: "vertex",
};

/** Antigravity-Manager's file of an account. */
export const ANTIGRAVITY_FILE = {
  id: "0b9f4a52-9a6f-4f0e-9c0a-2f6f3b1d7c11",
  email: "planted-ada@example.com",
  name: "Ada",
  token: {
    access_token: "ya29.planted-access-token",
    refresh_token: "1//planted-antigravity",
    expires_in: 3599,
    expiry_timestamp: 1_770_000_000,
    token_type: "Bearer",
    email: "planted-ada@example.com",
    project_id: "my-project-3",
    is_gcp_tos: true,
  },
  quota: { models: [{ name: "gemini-3-pro", percentage: 100, reset_time: "" }], last_updated: 1 },
  disabled: false,
  proxy_disabled: false,
  protected_models: [],
  created_at: 1_760_000_000,
  last_used: 1_760_000_000,
};

/** Antigravity-Manager's index, which lies beside or above the files. */
export const ANTIGRAVITY_INDEX = {
  version: "2.0",
  accounts: [{ id: ANTIGRAVITY_FILE.id, email: "planted-ada@example.com", name: "Ada" }],
  current_account_id: ANTIGRAVITY_FILE.id,
};
