import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Sample } from "../../lib/metrics/family.ts";
import { Histogram } from "../../lib/metrics/histogram.ts";

const BOUNDS = [0.1, 1, 5];

Deno.test("a histogram counts what is up to each bound", () =>
  fc.assert(
    fc.property(
      fc.array(fc.oneof(
        fc.constantFrom(0, ...BOUNDS),
        fc.double({ min: 0, max: 10, noNaN: true }),
      )),
      (values) => {
        const histogram = new Histogram(BOUNDS);
        values.forEach((value) => histogram.observe(value));
        const upTo = (bound: number) =>
          values.filter((value) => value <= bound).length;
        const buckets = [...BOUNDS, Infinity].map((bound): Sample => ({
          suffix: "_bucket",
          labels: { a: "b", le: bound < Infinity ? String(bound) : "+Inf" },
          value: upTo(bound),
        }));
        const sum = values.reduce((sum, one) => sum + one, 0);
        const labels = { a: "b" };
        assertEquals(histogram.samples(labels), [
          ...buckets,
          { suffix: "_sum", labels, value: sum },
          { suffix: "_count", labels, value: values.length },
        ]);
      },
    ),
  ));
