/**
 * The dashboard, as far as tests look at it.
 *
 * @module
 */

/** Where a panel stands, in 24 columns. */
export interface GridPosition {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** A panel, or the title of a row of them. */
export interface Panel {
  id: number;
  type: "row" | "stat" | "timeseries";
  title: string;
  description?: string;
  gridPos: GridPosition;
  datasource?: Source;
  targets?: { refId: string; expr: string; datasource: Source }[];
}

/** Where figures come from. */
export interface Source {
  type: string;
  uid: string;
}

/** A choice above the panels. */
export interface Variable {
  name: string;
  type: "datasource" | "query";
  datasource?: Source;
  definition?: string;
}

/** All of it. */
export interface Dashboard {
  title: string;
  uid: string;
  schemaVersion: number;
  panels: Panel[];
  templating: { list: Variable[] };
  annotations: { list: { expr?: string }[] };
}

/** The dashboard that is shipped. */
export const DASHBOARD: Dashboard = JSON.parse(
  await Deno.readTextFile(
    new URL("../../contrib/grafana/neurald.json", import.meta.url),
  ),
);

/** All expressions in it, with its variables set. */
export function expressionsOf({ panels, annotations }: Dashboard): string[] {
  const written = [
    ...panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
    ...annotations.list.flatMap(({ expr }) => expr ?? []),
  ];
  return written.map((expr) =>
    expr.replaceAll("$__rate_interval", "5m")
      .replaceAll(/\$(instance|rule|settings)/g, ".*")
  );
}
