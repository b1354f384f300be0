/**
 * The flag that names the project group of an account.
 *
 * @module
 */
import { isProjectGroup, PROJECT_GROUP_WORDS } from "../../../accounts/project_id.ts";
import { UsageError } from "../../terminal/fail.ts";

/** Flags of the commands that add an account. */
export interface ProjectGroupOption {
  readonly projectGroup?: string;
}

/** Declares the flag: arguments of `option()`. */
export const PROJECT_GROUP = [
  "--project-group <group>",
  "accounts of one group share a project, with its files",
] as const;

/**
 * Checks a project group, which is displayed as it is.
 *
 * @throws {UsageError} if it is invalid.
 */
export function checkedProjectGroup(group: string): string {
  if (isProjectGroup(group)) return group;
  throw new UsageError(`A project group must ${PROJECT_GROUP_WORDS}`);
}

/** The property that the flag sets; empty if it was not given. */
export function projectGroupOf({ projectGroup }: ProjectGroupOption): ProjectGroupOption {
  return projectGroup === undefined ? {} : { projectGroup: checkedProjectGroup(projectGroup) };
}
