/**
 * The routes.
 *
 * @module
 */

import { type Context, Hono } from "hono";
import type { LoggedRequest } from "../log/request.ts";
import { type Needed, neededFor } from "./access/access.ts";
import { followRequest } from "./followed_request.ts";
import { learn } from "./learn.ts";
import { learnMessage } from "./learn_message.ts";
import * as models from "./models.ts";
import { ASSETS } from "../page/assets.ts";
import type { DaemonFacts } from "../page/snapshot.ts";
import * as page from "./page.ts";
import { pool } from "./pool.ts";
import { checkQuery } from "./query.ts";
import { UNIX_PEER } from "./access/peer.ts";
import * as rspamd from "./rspamd.ts";
import { score } from "./score.ts";
import type { RequestHandler } from "./server/server.ts";
import type { Service } from "./service.ts";
import { checkSite } from "./access/site.ts";
import { train } from "./train.ts";

/** What answers requests, and which parameters their queries may have. */
type Route = [
  method: string,
  path: string,
  handler: (context: Context) => Response | Promise<Response>,
  parameters: string[],
];

/** What is known of a request besides what it says. */
interface Bindings {
  /** Address of the client. */
  address: string;
  asked: LoggedRequest;
}

/** Parameters that name a line of networks. */
const LINE = ["rule", "settings"];
const MODEL = "/v1/models/:id";
const METRICS = "/metrics";

/** All routes, as one function from a request to its response. */
export function createApp(
  service: Service,
  facts: DaemonFacts,
): RequestHandler {
  const forRspamd = "/plugins/neural";
  const routes: Route[] = [
    ["POST", "/v1/score", (c) => score(c, service), ["rule", "explain"]],
    ["POST", "/v1/learn", (c) => learn(c, service), ["rule"]],
    ["POST", "/v1/train", (c) => train(c, service), ["rule"]],
    ["GET", "/v1/pool", (c) => pool(c, service), ["rule"]],
    ["GET", "/v1/status", () => status(service, facts), []],
    ["GET", "/v1/models", (c) => models.list(c, service), LINE],
    ["POST", "/v1/models/import", (c) => models.importFile(c, service), [
      ...LINE,
      "force",
    ]],
    ["POST", "/v1/models/rollback", (c) => models.rollback(c, service), [
      ...LINE,
      "version",
    ]],
    ["GET", MODEL, (c) => models.show(c, service), []],
    ["DELETE", MODEL, (c) => models.remove(c, service), ["force"]],
    ["GET", `${MODEL}/export`, (c) => models.exportFile(c, service), []],
    ["POST", `${MODEL}/rollback`, (c) => models.rollback(c, service), []],
    ["GET", "/v1/events", ({ req }) => service.events.open(req.raw), []],
    ["GET", "/", (c) => page.page(c, service, facts), ["line"]],
    ["POST", "/explain", (c) => page.explain(c, service, facts), []],
    ...ASSETS.map((asset): Route => [
      "GET",
      asset.path,
      (c) => page.asset(c, asset),
      [],
    ]),
    ["GET", METRICS, () => service.metrics.answer(), []],
    ["GET", "/healthz", () => Response.json({ alive: true }), []],
    ["GET", "/readyz", () => readiness(service), []],
    ["POST", `${forRspamd}/learn`, (c) => rspamd.learn(c, service), []],
    ["POST", `${forRspamd}/learn_message`, (c) => learnMessage(c, service), []],
    ["GET", `${forRspamd}/status`, () => rspamd.status(service), []],
    ["GET", `${forRspamd}/config`, () => rspamd.config(service), []],
    ["GET", `${forRspamd}/train`, (c) => rspamd.train(c, service), ["rule"]],
    ["POST", `${forRspamd}/train`, (c) => rspamd.train(c, service), ["rule"]],
  ];
  const app = new Hono<{ Bindings: Bindings }>();
  for (const [method, path, handler, parameters] of routes) {
    const needed = neededFor(method, path);
    app.on(method, path, (context) => {
      context.env.asked.route = path;
      return admitted(context, service, needed, () => {
        checkQuery(context.req.url, parameters);
        return handler(context);
      });
    });
  }
  app.notFound((context) =>
    admitted(context, service, "read", () => {
      const { path } = context.req;
      const allowed = routes.filter(([, known]) => matches(known, path))
        .map(([method]) => method);
      return allowed.length > 0
        ? wrongMethod(path, allowed)
        : Response.json({ error: `there is no ${path}` }, { status: 404 });
    })
  );
  app.onError((error) => service.failures.response(error));
  return (request, address) =>
    followRequest(
      request,
      (asked) => app.fetch(request, { address, asked }),
      (answered) => {
        service.requestFigures.observe(answered);
        service.requestLog.observe(answered);
      },
    );
}

/** Answers a request that may be made, and for which there is room. */
function admitted(
  { req: { raw: { headers } }, env }: Context<{ Bindings: Bindings }>,
  { gate, overload, hostNames }: Service,
  needed: Needed,
  answer: () => Response | Promise<Response>,
): Response | Promise<Response> {
  if (needed === "nothing") return answer();
  const { address, asked } = env;
  const checksHost = !gate.isClosed && address !== UNIX_PEER;
  checkSite(headers, { hostNames, checksHost, reads: needed === "read" });
  const checking = gate.check(headers, address, needed);
  // Whoever is paged for an overload has to see it.
  const run = () => asked.route === METRICS ? answer() : overload.run(answer);
  return checking ? checking.then(run) : run();
}

/** Whether a path is that of a route, in which `:id` stands for a part. */
function matches(route: string, path: string): boolean {
  const parts = path.split("/");
  const expected = route.split("/");
  return parts.length === expected.length &&
    expected.every((part, i) => part.startsWith(":") || part === parts[i]);
}

function wrongMethod(path: string, allowed: string[]): Response {
  return Response.json({ error: `${path} takes ${allowed.join(" or ")}` }, {
    status: 405,
    headers: { allow: allowed.join(", ") },
  });
}

async function status(
  { engine }: Service,
  { version, startedAt }: DaemonFacts,
): Promise<Response> {
  return Response.json({
    version,
    started_at: startedAt,
    ...await engine.status(),
  });
}

/** Ready is who can score and learn. */
async function readiness({ engine }: Service): Promise<Response> {
  const reason = await engine.check()
    .then(() => undefined, (error) => error.message);
  return Response.json({ ready: reason === undefined, reason }, {
    status: reason === undefined ? 200 : 503,
  });
}
