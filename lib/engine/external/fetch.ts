/**
 * Fetching an external model, and making sure that it is what it should be.
 *
 * @module
 */

import type { RuleConfig } from "../../config/config.ts";
import { download } from "../../external/download.ts";
import { FetchError } from "../../external/failure.ts";
import {
  beside,
  modelLocation,
  parseLocation,
  shownLocation,
} from "../../external/location.ts";
import type { ReceivedFile, Validators } from "../../external/request.ts";
import type { ExternalSource } from "../../model/external_source.ts";
import {
  isSignedBy,
  readPublicKey,
  SIGNATURE_BYTES,
  SIGNATURE_SUFFIX,
} from "../../model/signature.ts";
import { type ModelFile, readModelFile } from "../models/model_file.ts";
import { digestOfProviders } from "../providers.ts";
import { ExternalModelError } from "./failure.ts";

/** As much as a model file may have. */
const MAX_FILE_BYTES = 64 * 2 ** 20;

/** An external model that may be used. */
export interface FetchedModel extends ModelFile {
  source: ExternalSource;
}

/** Where the external model of a rule is; nothing where it has none. */
export async function locationOf(rule: RuleConfig): Promise<URL | undefined> {
  const { url, baseUrl } = rule.externalModel;
  if (url !== undefined) return parseLocation(url);
  if (baseUrl === undefined) return undefined;
  const digest = await digestOfProviders(rule);
  const base = parseLocation(baseUrl);
  // What is missing was told when the configuration was read.
  return digest === undefined || !base
    ? undefined
    : modelLocation(base, digest);
}

/**
 * Fetches the external model of a rule.
 *
 * @param known the file that is there already
 * @param now unix time in seconds
 * @returns nothing where it is still the same
 * @throws {FetchError} when it cannot be had
 * @throws {ExternalModelError} when it is not signed, or for other providers
 * @throws {import("../models/model_file.ts").ModelFileError} when it is no model
 * @throws the reason of the signal
 */
export async function fetchModel(
  rule: RuleConfig,
  url: URL,
  known: ExternalSource | undefined,
  now: number,
  signal: AbortSignal,
): Promise<FetchedModel | undefined> {
  const { signKey, caFile, timeoutSeconds } = rule.externalModel;
  const timeout = new AbortController();
  const timer = setTimeout(
    () => timeout.abort(tookTooLong(timeoutSeconds)),
    1000 * timeoutSeconds,
  );
  try {
    const fetching: Fetching = {
      rule,
      ca: caFile === undefined ? undefined : await readAuthorities(caFile),
      signal: AbortSignal.any([signal, timeout.signal]),
    };
    const file = await get(url, MAX_FILE_BYTES, fetching, validatorsOf(known));
    if (!file) return undefined;
    if (signKey !== undefined) {
      await checkSignature(file.bytes, url, signKey, fetching);
    }
    const model = readModelFile(file.bytes);
    // Not every server knows what it has sent before, and no folder does.
    if (model.sha256 === known?.sha256) return undefined;
    await checkProviders(model, rule);
    const { etag, lastModified: last_modified } = file;
    const source: ExternalSource = {
      url: shownLocation(url),
      sha256: model.sha256,
      etag,
      last_modified,
      signed_by: signKey,
      at: now,
    };
    return { ...model, source };
  } finally {
    clearTimeout(timer);
  }
}

function tookTooLong(seconds: number): FetchError {
  return new FetchError(
    "timeout",
    `it took longer than ${seconds} s (timeout)`,
  );
}

async function readAuthorities(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    throw new FetchError(
      "unavailable",
      `ca_file: ${path} cannot be read: ${(error as Error).message}`,
    );
  }
}

interface Fetching {
  rule: RuleConfig;
  ca?: string;
  signal: AbortSignal;
}

function get(
  url: URL,
  maxBytes: number,
  { rule, ca, signal }: Fetching,
  validators?: Validators,
): Promise<ReceivedFile | undefined> {
  const { allowPrivate, signKey } = rule.externalModel;
  // Whoever changes a signed file on the way is found out.
  const allowPlain = signKey !== undefined;
  return download(url, {
    maxBytes,
    allowPrivate,
    allowPlain,
    ca,
    signal,
    validators,
  });
}

function validatorsOf(
  known: ExternalSource | undefined,
): Validators | undefined {
  return known && { etag: known.etag, lastModified: known.last_modified };
}

/**
 * What is wrong may be right in a moment: a file and its signature cannot be
 * replaced at once.
 */
async function checkSignature(
  bytes: Uint8Array<ArrayBuffer>,
  url: URL,
  signKey: string,
  fetching: Fetching,
): Promise<void> {
  const at = beside(url, SIGNATURE_SUFFIX);
  const key = await readPublicKey(signKey);
  const signature = await get(at, SIGNATURE_BYTES, fetching)
    .catch((error) => {
      if (!(error instanceof FetchError)) throw error;
      if (error.kind !== "unavailable" && error.kind !== "oversized") {
        throw error;
      }
      throw new ExternalModelError(
        "signature",
        `it has no signature (${shownLocation(at)}): ${error.message}`,
        true,
      );
    });
  if (await isSignedBy(bytes, signature!.bytes, key)) return;
  throw new ExternalModelError(
    "signature",
    `its signature (${shownLocation(at)}) is not that of the key ${signKey} ` +
      "over this file",
    true,
  );
}

/**
 * Where either has no digest nothing is known, and it is taken; rspamd refuses
 * it then.
 */
async function checkProviders(
  { rnm }: ModelFile,
  rule: RuleConfig,
): Promise<void> {
  const wanted = await digestOfProviders(rule);
  const found = rnm.providersDigest;
  if (wanted === undefined || found === undefined || wanted === found) return;
  throw new ExternalModelError(
    "unfit",
    `it is for other providers: their digest is ${found}, and that of the ` +
      `rule ${wanted}`,
  );
}
