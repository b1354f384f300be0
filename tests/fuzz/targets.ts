/**
 * All that is fuzzed.
 *
 * @module
 */
import type { FuzzTarget } from "./fuzz_target.ts";
import { ACCESS_TARGETS } from "./targets/access_targets.ts";
import { OPERATION_TARGETS } from "./targets/operation_targets.ts";
import { ANTHROPIC_TARGETS } from "./targets/anthropic_targets.ts";
import { FORM_TARGETS } from "./targets/form_targets.ts";
import { JSON_TARGETS } from "./targets/json_targets.ts";
import { HTTP_TARGETS } from "./targets/http_targets.ts";
import { INTERACTION_TARGETS } from "./targets/interaction_targets.ts";
import { LIVE_TARGETS } from "./targets/live_targets.ts";
import { OPENAI_TARGETS } from "./targets/openai_targets.ts";
import { RESOURCE_TARGETS } from "./targets/resource_targets.ts";
import { SETTINGS_TARGETS } from "./targets/settings_targets.ts";
import { RESPONSES_TARGETS } from "./targets/responses_targets.ts";
import { STREAM_TARGETS } from "./targets/stream_targets.ts";
import { TEXT_TARGETS } from "./targets/text_targets.ts";
import { VIDEO_TARGETS } from "./targets/video_targets.ts";

/** Every target, each with a name of its own. */
export const FUZZ_TARGETS: readonly FuzzTarget[] = [
  ...JSON_TARGETS,
  ...STREAM_TARGETS,
  ...HTTP_TARGETS,
  ...FORM_TARGETS,
  ...TEXT_TARGETS,
  ...RESOURCE_TARGETS,
  ...VIDEO_TARGETS,
  ...LIVE_TARGETS,
  ...INTERACTION_TARGETS,
  ...ACCESS_TARGETS,
  ...ANTHROPIC_TARGETS,
  ...OPERATION_TARGETS,
  ...SETTINGS_TARGETS,
  ...RESPONSES_TARGETS,
  ...OPENAI_TARGETS,
];
