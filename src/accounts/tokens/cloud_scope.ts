/**
 * The scope of access tokens: everything that Vertex AI and Code Assist need of Google Cloud.
 *
 * @see {@link https://developers.google.com/identity/protocols/oauth2/scopes}
 * @module
 */

/** The OAuth scope. */
export const CLOUD_SCOPE = "https://www.googleapis.com/auth/cloud-platform";
