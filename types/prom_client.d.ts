/**
 * Types of the one file used of `prom-client`, which comes with types of the
 * whole only.
 */

declare module "prom-client/registry" {
  export interface MetricValue {
    metricName: string;
    labels: Readonly<Record<string, string>>;
    value: number;
  }
  export interface MetricFamily {
    name: string;
    help: string;
    type: "counter" | "gauge" | "histogram";
  }
  export interface Metric extends MetricFamily {
    get(): MetricFamily & { values: MetricValue[] };
  }
  export default class Registry {
    /** Throws when there is one of the same name. */
    registerMetric(metric: Metric): void;
    /** One of them in Prometheus' text format, without the end of its last line. */
    getSingleMetricAsString(name: string): Promise<string>;
  }
}
