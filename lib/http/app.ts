/**
 * The routes.
 *
 * @module
 */

import { type Context, Hono } from "hono";
import { learn } from "./learn.ts";
import * as rspamd from "./rspamd.ts";
import { score } from "./score.ts";
import type { Service } from "./service.ts";

/** What is known of the daemon besides its networks. */
export interface DaemonFacts {
  version: string;
  /** Unix time in seconds. */
  startedAt: number;
}

type Handler = (context: Context) => Response | Promise<Response>;

/** All routes, as one function from a request to its response. */
export function createApp(
  service: Service,
  facts: DaemonFacts,
): (request: Request) => Response | Promise<Response> {
  const routes: [method: string, path: string, handler: Handler][] = [
    ["POST", "/v1/score", (c) => score(c, service)],
    ["POST", "/v1/learn", (c) => learn(c, service)],
    ["POST", "/v1/train", (c) => train(c, service)],
    ["GET", "/v1/status", () => status(service, facts)],
    ["GET", "/healthz", () => Response.json({ alive: true })],
    ["GET", "/readyz", () => readiness(service)],
    ["POST", "/plugins/neural/learn", (c) => rspamd.learn(c, service)],
    ["POST", "/plugins/neural/learn_message", rspamd.learnMessage],
    ["GET", "/plugins/neural/status", () => rspamd.status(service)],
    ["GET", "/plugins/neural/config", () => rspamd.config(service)],
    ["GET", "/plugins/neural/train", (c) => rspamd.train(c, service)],
    ["POST", "/plugins/neural/train", (c) => rspamd.train(c, service)],
  ];
  const app = new Hono();
  for (const [method, path, handler] of routes) app.on(method, path, handler);
  app.notFound(({ req }) => {
    const allowed = routes.filter(([, path]) => path === req.path)
      .map(([method]) => method);
    return allowed.length > 0
      ? wrongMethod(req.path, allowed)
      : Response.json({ error: `there is no ${req.path}` }, { status: 404 });
  });
  app.onError((error) => service.failures.response(error));
  return (request) => app.fetch(request);
}

function wrongMethod(path: string, allowed: string[]): Response {
  return Response.json({ error: `${path} takes ${allowed.join(" or ")}` }, {
    status: 405,
    headers: { allow: allowed.join(", ") },
  });
}

/** Trains now, and answers when it is done. */
async function train(context: Context, service: Service): Promise<Response> {
  const rule = context.req.query("rule");
  const results = await service.engine.train(rule);
  const trained = results.some(({ report }) => report?.outcome === "published");
  return Response.json({ trained, results });
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
