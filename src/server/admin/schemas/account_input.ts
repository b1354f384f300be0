/**
 * Requests of the admin API that add or change accounts. In a change, null removes a value.
 *
 * @module
 */
import * as z from "zod";
import { isApiKey, NO_API_KEY } from "../../../accounts/api_key.ts";
import {
  isProject,
  isProjectGroup,
  isProjectId,
  PROJECT_GROUP_WORDS,
} from "../../../accounts/project_id.ts";
import { countInput, labelsInput, nameInput, patternsInput } from "./inputs.ts";

const TEXT = "It must be a text";

const NO_PROJECT_ID =
  'It must be the id of a project, such as "my-project-123": lower-case letters, digits and "-"';

/** Most base URLs; they are tried in order. */
const MOST_URLS = 10;

const apiKey = z.string(TEXT).refine(isApiKey, `It ${NO_API_KEY}`).meta({
  description: "The API key",
});

/** The settings that a new account may have, too. */
const settings = {
  labels: labelsInput,
  priority: z.int("It must be a whole number"),
  weight: countInput,
  maxConcurrent: countInput,
  allow: patternsInput.meta({ description: "Only these models" }),
  deny: patternsInput.meta({ description: "Never these models" }),
  proxy: z.string(TEXT).meta({ description: "As in socks5://127.0.0.1:1080" }),
  quotaProject: z.string(TEXT).refine(isProject, "It must be the id or the number of a project"),
  projectGroup: z.string(TEXT).refine(isProjectGroup, `It must ${PROJECT_GROUP_WORDS}`),
  project: z.string(TEXT).refine(isProjectId, NO_PROJECT_ID),
  baseUrls: z.array(z.string(TEXT), "It must be a list of URLs").min(1).max(MOST_URLS).meta({
    description: "Where requests are sent in place of Google, tried in order",
  }),
};

const common = { name: nameInput, ...z.strictObject(settings).partial().shape };

const credentials = z.record(z.string(), z.unknown(), "It must be the JSON object of the file");

const USER_FILE = 'The content of a credentials file of type "authorized_user"';

/** The body that adds an account. */
export const newAccountInput = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("gemini-api"), ...common, apiKey }),
  z.strictObject({
    kind: z.literal("vertex"),
    ...common,
    apiKey: apiKey.optional().meta({ description: "An express mode key" }),
    credentials: credentials.optional().meta({
      description: "The content of a credentials file, in place of a key",
    }),
    location: z.string(TEXT).optional().meta({
      description: 'A region, such as "us-central1", or "global", "us" or "eu"',
    }),
  }),
  z.strictObject({
    kind: z.literal("code-assist"),
    ...common,
    credentials: credentials.meta({ description: USER_FILE }),
    agreesToRisk: z.literal(
      true,
      "It must be true: Google may refuse the requests of other clients than its own on Code Assist, " +
        "and may suspend the account that sends them",
    ),
  }),
], 'It must be "gemini-api", "vertex" or "code-assist"');

/** The body that changes an account. */
export const accountChangeInput = z.strictObject({
  name: nameInput.optional(),
  apiKey: apiKey.optional(),
  labels: settings.labels.nullish(),
  priority: settings.priority.nullish(),
  weight: settings.weight.nullish(),
  maxConcurrent: settings.maxConcurrent.nullish(),
  allow: settings.allow.nullish(),
  deny: settings.deny.nullish(),
  proxy: settings.proxy.nullish(),
  quotaProject: settings.quotaProject.nullish(),
  projectGroup: settings.projectGroup.nullish(),
  project: settings.project.nullish(),
  location: z.string(TEXT).optional(),
  baseUrls: settings.baseUrls.nullish().meta({ description: "null: Google's own" }),
});
