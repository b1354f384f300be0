/**
 * The copies of the files that a call names, with which accounts other than the owner can serve it.
 *
 * @module
 */
import type { Copies } from "../../base/stored/copies.ts";
import type { NamedResource } from "../../gemini/resources/named_resources.ts";
import type { MovedFiles } from "../copies/moved_files.ts";
import type { CopiesOfNamed } from "./pinned.ts";
import type { ProjectMembers } from "./project_members.ts";

/** What knows about copies. */
export interface NamedCopyParts {
  readonly members: Pick<ProjectMembers, "of" | "all">;
  /** The copies of files, and the projects that they were uploaded to. Default: no copies are kept. */
  readonly copies?: Pick<Copies, "idOf" | "delete"> | undefined;
  readonly moved?: Pick<MovedFiles, "projectsWith">;
}

/** A resource that a call names, and the project of its owner, which other accounts may share. */
export interface NamedInProject {
  readonly named: NamedResource;
  readonly project: string;
}

/** The ids of the copies of all resources that a call names; undefined if one of them has no copy. */
export function copyIds(
  resources: readonly NamedResource[],
  { copies }: NamedCopyParts,
): readonly string[] | undefined {
  if (copies === undefined) return undefined;
  const ids: string[] = [];
  for (const { name, collection } of resources) {
    const id = collection === "files" ? copies.idOf(name) : undefined;
    if (id === undefined) return undefined;
    ids.push(id);
  }
  return ids;
}

/** The copies of all resources that a call names; undefined if one of them has no copy. */
export function copiesOf(
  found: readonly NamedInProject[],
  parts: NamedCopyParts,
): CopiesOfNamed | undefined {
  const ids = copyIds(found.map(({ named }) => named), parts);
  if (ids === undefined) return undefined;
  const { moved, members } = parts;
  const ready = moved?.projectsWith(ids).flatMap((project) => members.of(project)) ?? [];
  const unable = members.all().flat().filter(({ upstream }) => !upstream.serves("media.upload"));
  return {
    projects: new Map(found.map(({ named: { name }, project }) => [name, project])),
    ready: ready.map(({ account }) => account.id),
    unable: unable.map(({ account }) => account.id),
  };
}
