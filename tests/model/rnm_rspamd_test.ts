import { assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { encodeRnm } from "../../lib/model/rnm.ts";
import { compress } from "../../lib/zstd.ts";
import { hasRspamadm, runLua } from "../nn/rspamadm.ts";
import { models } from "./arbitrary_model.ts";

const encoder = new TextEncoder();

const TRAINING = {
  architecture: "linear",
  seed: 70_000,
  trained_on: { spam: 1000, ham: 70_000 },
  figures: {
    auc: 0.75,
    error: 0.25,
    fpr: 0,
    fnr: 1,
    tpr_at_fpr: { "0.001": 0.5 },
    cost: 0.125,
    n: { spam: 100, ham: 7000 },
  },
};

Deno.test("rspamd's parser reads what neurald writes, field by field", () => {
  if (!hasRspamadm()) return;
  const written = fc.sample(models, 40).map((model, i) => ({
    ...model,
    // Such numbers as there are: rspamd's JSON keeps few digits.
    rocThresholds: i % 2 ? [0.5, -0.25] as [number, number] : undefined,
    normStats: i % 3 ? { mode: "zscore", mean: [0.5, 3], std: [1, 0.25] } : {
      mode: "unit",
    },
    calibration: i % 2 ? { slope: 1.5, intercept: -0.25 } : undefined,
    training: i % 3 ? TRAINING : undefined,
  }));
  const files = runLua(
    `
local ucl = require "ucl"
local util = require "rspamd_util"
local function unpacked(bytes)
  local err, text = util.zstd_decompress(bytes)
  assert(not err, err)
  return tostring(text)
end
for i = 0, ${written.length - 1} do
  local parser = ucl.parser()
  local file = read(i .. ".rnm")
  if i % 2 == 1 then file = unpacked(file) end
  assert(parser:parse_string(file, "msgpack"))
  local model = parser:get_object()
  write(i .. ".ann", unpacked(model.ann_data))
  if model.pca_data then write(i .. ".pca", unpacked(model.pca_data)) end
  local names = {}
  for k, name in ipairs(model.profile.symbols) do
    names[k] = name:gsub(".", function(c)
      return string.format("%02x", c:byte())
    end) .. "\\n"
  end
  write(i .. ".symbols", table.concat(names))
  model.ann_data, model.pca_data, model.profile.symbols = nil, nil, nil
  write(i .. ".json", tostring(ucl.to_format(model, "json-compact")))
end
`,
    Object.fromEntries(written.map((model, i) => {
      const file = encodeRnm(model);
      return [`${i}.rnm`, i % 2 ? compress(file) : file];
    })),
  );
  for (const [i, model] of written.entries()) {
    assertEquals(files[`${i}.ann`], model.ann);
    assertEquals(
      files[`${i}.pca`],
      model.pca && Uint8Array.from(model.pca),
    );
    const { profile } = model;
    const { sha256, ...json } = JSON.parse(
      new TextDecoder().decode(files[`${i}.json`]),
    );
    const names = profile!.symbols.map((name) => encoder.encode(name).toHex());
    assertEquals(
      new TextDecoder().decode(files[`${i}.symbols`]),
      names.map((hex) => `${hex}\n`).join(""),
    );
    assertEquals(json, {
      magic: "RNM1",
      version: 1,
      model_version: model.modelVersion,
      norm_stats: model.normStats,
      ...(model.rocThresholds && { roc_thresholds: model.rocThresholds }),
      ...(model.providersDigest && { providers_digest: model.providersDigest }),
      ...(model.createdAt !== undefined && { created_at: model.createdAt }),
      profile: {
        digest: profile!.digest,
        metatoken_version: profile!.metatokenVersion,
      },
      ...(model.calibration && { calibration: model.calibration }),
      ...(model.training && { training: model.training }),
    });
    assertMatch(sha256, /^[0-9a-f]{64}$/);
  }
});
