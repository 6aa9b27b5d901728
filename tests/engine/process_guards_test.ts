import { assertEquals } from "@std/assert";
import { registerGuard, unregisterGuard } from "../../mod.ts";
import { Host } from "../daemon/host.ts";
import { mail } from "./mail.ts";

Deno.test("a daemon asks the guards of its process", async () => {
  await using host = await Host.start(
    "autolearn { enabled = true; spam_score = 6; ham_score = -2 }",
  );
  const { symbols } = mail("spam", 1);
  const reason = async () =>
    (await host.post("/v1/learn", { symbols, score: 7 })).json.reason;
  registerGuard(
    "scores",
    (_, mailClass, { rule, score, options }) =>
      `${rule}: ${mailClass} of ${score} from ${options.spamScore} on`,
  );
  try {
    assertEquals(
      await reason(),
      "blocked by guard: default: spam of 7 from 6 on",
    );
  } finally {
    assertEquals(unregisterGuard("scores"), true);
  }
  assertEquals(await reason(), undefined);
});
