import { assert, assertEquals } from "@std/assert";
import { configOf, load, problemsOf } from "./loading.ts";

const KEY = "efqoop9abph4gptduury7d3r3pgbia99ct3w8b57ohdau94g454b";

function problems(options: string, rule = ""): string[] {
  return problemsOf(`external_model { ${options} }\n${rule}`);
}

Deno.test("an external model needs a place to be at", () => {
  const message = "nothing says where the model is; give url or base_url";
  assertEquals(problems("merge_alpha = 0.7"), [
    `1:32 error external_model.merge_alpha: ${message}`,
  ]);
  assertEquals(problems(`sign_key = ${KEY}`), [
    `1:29 error external_model.sign_key: ${message}`,
  ]);
  assertEquals(problems(""), []);
  assertEquals(problems("merge_alpha = 0.5"), []);
});

Deno.test("an external model is somewhere where it is safe to get it", () => {
  for (
    const options of [
      'url = "https://models.example/x"',
      "url = /srv/models/x",
      'url = "file:///srv/models/x"',
      `url = "http://models.example/x"; sign_key = ${KEY}`,
      'url = "http://localhost:8000/x"; allow_private = true',
      'url = "http://[::1]/x"; allow_private = true',
      'url = "https://10.0.0.1/x"; allow_private = true',
      `url = "http://10.0.0.1/x"; sign_key = ${KEY}; allow_private = true`,
    ]
  ) {
    assertEquals(problems(options), [], options);
  }
  const isLocal = (host: string) =>
    `${host} is no public address; allow_private = true lets it be asked`;
  const isPlain = "with http: anybody on the way could change the model; use " +
    "https:, or give a sign_key";
  for (
    const [url, ...messages] of [
      ["http://models.example/x", isPlain],
      ["https://localhost/x", isLocal("localhost")],
      ["https://[fd00::1]/x", isLocal("fd00::1")],
      ["http://127.0.0.1/x", isLocal("127.0.0.1")],
      ["http://192.168.1.1/x", isPlain, isLocal("192.168.1.1")],
    ]
  ) {
    assertEquals(
      problems(`url = "${url}"`),
      messages.map((message) => `1:24 error external_model.url: ${message}`),
    );
  }
});

Deno.test("models below a base are named by the providers", () => {
  const base = 'base_url = "https://models.example/"';
  const [problem, ...others] = problems(base);
  assertEquals(others, []);
  assert(problem.startsWith("1:29 error external_model.base_url: models "));
  const providers = "providers = [{ type = symbols }]";
  assert(problems(base, providers).every((text) => !text.includes("error")));
  assertEquals(problems(`url = /x; ${base}`), [
    "1:39 warning external_model.base_url: has no effect: there is a url",
  ]);
});

Deno.test("options of an external model that do nothing are told", () => {
  assertEquals(problems("url = /x; merge_alpha = 0"), [
    "1:42 warning external_model.merge_alpha: with 0 the external model " +
    "counts for nothing once there is a local one",
  ]);
  assertEquals(
    problems("url = /x; local_fine_tune = no; min_local_samples = 9"),
    [
      "1:70 warning external_model.min_local_samples: has no effect: " +
      "local_fine_tune is off",
    ],
  );
});

Deno.test("what is wrong in itself is told once", () => {
  for (const option of ["url = x", "base_url = x", "sign_key = x"]) {
    const { problems } = load(`external_model { ${option} }`);
    assertEquals(problems.length, 1, option);
  }
});

Deno.test("options of an external model are as in rspamd unless given", () => {
  const { externalModel } = configOf("external_model { url = /x }").rules[0];
  assertEquals(externalModel, {
    url: "/x",
    baseUrl: undefined,
    signKey: undefined,
    caFile: undefined,
    mergeStrategy: "interpolate",
    mergeAlpha: 0.5,
    checkIntervalSeconds: 86_400,
    timeoutSeconds: 60,
    allowPrivate: false,
    localFineTune: true,
    minLocalSamples: 50,
  });
});
