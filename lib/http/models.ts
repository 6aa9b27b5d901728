/**
 * `/v1/models`: what the store holds, and changes of it.
 *
 * @module
 */

import type { Context } from "hono";
import type { ModelReference } from "../engine/models/find.ts";
import { MAX_MODEL_FILE_BYTES } from "../model/rnm.ts";
import { readBytes } from "./body.ts";
import { RequestError } from "./failure.ts";
import { largeResponse } from "./large_response.ts";
import type { Service } from "./service.ts";

/** `GET /v1/models`: lists those of a rule and of settings, or of all. */
export async function list(
  { req }: Context,
  { engine }: Service,
): Promise<Response> {
  const { rule, settings } = req.query();
  return Response.json({
    models: await engine.models.list({ rule, settings }),
  });
}

/** `GET /v1/models/{id}`: says all that there is to say of one. */
export async function show(
  context: Context,
  { engine }: Service,
): Promise<Response> {
  return Response.json(await engine.models.show(idIn(context)));
}

/** `GET /v1/models/{id}/export`: gives one as a file. */
export async function exportFile(
  context: Context,
  { engine }: Service,
): Promise<Response> {
  const { model, file } = await engine.models.export(idIn(context));
  const name = `${model.rule}-${model.settings}-${model.version}.rnm`
    .replaceAll(/[^\w.-]/g, "_");
  return largeResponse(file, {
    "content-type": "application/octet-stream",
    "content-disposition": `attachment; filename="${name}"`,
  });
}

/** `POST /v1/models/import`: brings one in. */
export async function importFile(
  { req }: Context,
  { engine, limits }: Service,
): Promise<Response> {
  const { rule, settings, force } = req.query();
  const options = { rule, settings, force: isSet("force", force) };
  const file = await readBytes(req.raw, limits, MAX_MODEL_FILE_BYTES);
  return Response.json(await engine.models.import(file, options));
}

/**
 * `POST /v1/models/rollback`: goes back to the model before that in service, or
 * to a version; `POST /v1/models/{id}/rollback`: to a model.
 */
export async function rollback(
  context: Context,
  { engine }: Service,
): Promise<Response> {
  const { rule, settings, version } = context.req.query();
  const isNamed = context.req.param("id") !== undefined;
  const reference: ModelReference = isNamed
    ? idIn(context)
    : { rule, settings, version: versionIn(version) };
  const model = await engine.models.rollback(reference);
  return Response.json({ rolled_back: true, model });
}

/** `DELETE /v1/models/{id}`: drops one. */
export async function remove(
  context: Context,
  { engine }: Service,
): Promise<Response> {
  const force = isSet("force", context.req.query("force"));
  const model = await engine.models.delete(idIn(context), force);
  return Response.json({ deleted: true, model });
}

function idIn({ req }: Context): ModelReference {
  return { id: req.param("id") };
}

function isSet(name: string, text: string | undefined): boolean {
  if (text === undefined || text === "false") return false;
  if (text === "true") return true;
  throw new RequestError(`${name}: true or false is needed`);
}

function versionIn(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const version = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(version)) return version;
  throw new RequestError("version: a whole number is needed");
}
