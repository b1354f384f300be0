/**
 * The files of environments: listed, downloaded and uploaded.
 *
 * @module
 */
import { entityNotFound, invalidRequest } from "../interactions/string_codes.ts";
import { flagOf, projectOf, respondFamily } from "../interactions/interaction_call.ts";
import { GoogleError } from "../google_errors.ts";
import { resourcePage } from "../resource_page.ts";
import { respondBytes } from "../script/bytes_outcome.ts";
import { respondUpload } from "../uploads/respond_upload.ts";
import { secondStamp } from "../timestamps.ts";
import type { ServiceCall } from "../models/model_call.ts";

/**
 * Handles the methods of an environment's files.
 *
 * @throws A GoogleError where the call is refused.
 */
export function respondEnvironmentFiles(call: ServiceCall): Promise<Response> {
  const { route, query, stored } = call;
  const project = projectOf(call);
  const environment = stored.agents.find("environments", { id: route.id, project });
  const path = route.filePath.replace(/^\/+|\/+$/g, "");
  if (route.method === "environments.upload") {
    return upload(call, { environment: environment.id, path });
  }
  const all = stored.agents.list("files", project)
    .filter(({ id }) => id.startsWith(`${environment.id}/`));
  const file = all.find(({ id }) => id === `${environment.id}/${path}`);
  if (query.get("alt") === "media") {
    if (file?.content === undefined) throw entityNotFound();
    const headers = { "content-type": String(file.shown["mime_type"]) };
    const body = [file.content];
    return respondBytes(call, () => ({ status: 200, headers, body }));
  }
  const folder = path === "" || path === "." ? `${environment.id}/` : `${environment.id}/${path}/`;
  const recursive = flagOf(query, "recursive");
  const within = file === undefined
    ? all.filter(({ id }) =>
      id.startsWith(folder) && (recursive || !id.slice(folder.length).includes("/"))
    )
    : [file];
  if (within.length === 0 && folder !== `${environment.id}/`) throw entityNotFound();
  const make = () => {
    const options = { member: "files", project, defaultSize: 100, largestSize: 1000 };
    const { nextPageToken, ...page } = resourcePage(within, query, options);
    return [nextPageToken === undefined ? page : { ...page, next_page_token: nextPageToken }];
  };
  return respondFamily(call, { make });
}

function upload(
  call: ServiceCall,
  target: { readonly environment: string; readonly path: string },
): Promise<Response> {
  const { query, stored, now } = call;
  const { environment, path } = target;
  const project = projectOf(call);
  const id = `${environment}/${path}`;
  if (path === "") throw invalidRequest("Missing required parameter 'path'.");
  if (query.has("extract") && flagOf(query, "extract")) {
    throw new GoogleError(501, "UNIMPLEMENTED", { message: "The emulator extracts no archives." });
  }
  const known = stored.agents.list("files", project).find((file) => file.id === id);
  if (known !== undefined && !flagOf(query, "overwrite")) {
    throw new GoogleError(409, "ALREADY_EXISTS", { message: "Requested entity already exists." });
  }
  return respondUpload(call, ({ mediaType = "application/octet-stream" }) => (content) => {
    const time = secondStamp(now);
    const shown = {
      name: path.slice(path.lastIndexOf("/") + 1),
      path,
      type: "file",
      mime_type: mediaType,
      size_bytes: String(content.length),
      created: time,
      modified: time,
    };
    if (known !== undefined) stored.agents.delete("files", known);
    const { bytes } = content;
    stored.agents.add("files", {
      id,
      project,
      shown,
      ...(bytes === undefined ? {} : { content: bytes }),
    });
    return { file: shown };
  });
}
