import project from "../deno.json" with { type: "json" };

/** neurald's version. */
export const VERSION: string = project.version;
