/**
 * The PromQL expressions that users get: those of the alert rules, the dashboard and the document.
 *
 * @module
 */
import { parse } from "yaml";
import { documentText, ROOT } from "../documents/documents.ts";
import { fencedBlocks } from "../documents/fenced_blocks.ts";

/** The alert rules. */
export const ALERTS = `${ROOT}/docs/prometheus/alerts.yml`;

/** The document of the metrics. */
export const METRICS_DOCUMENT = "docs/metrics.md";

/** An expression and where it stands. */
export interface Expression {
  readonly where: string;
  readonly text: string;
}

/** A panel of the dashboard, as far as tests read it. */
export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly datasource?: { readonly uid: string };
  readonly gridPos: {
    readonly h: number;
    readonly w: number;
    readonly x: number;
    readonly y: number;
  };
  readonly targets?: readonly { readonly expr: string; readonly refId: string }[];
}

/** The dashboard, as far as tests read it. */
export interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list: readonly {
      readonly name: string;
      readonly type: string;
      readonly query: string | { readonly query: string };
    }[];
  };
}

/** Reads the dashboard. */
export function readDashboard(): Dashboard {
  return JSON.parse(Deno.readTextFileSync(`${ROOT}/docs/grafana/pollux.json`));
}

/** All expressions, with Grafana's variables replaced by what they may stand for. */
export function expressions(): readonly Expression[] {
  const { groups } = parse(Deno.readTextFileSync(ALERTS));
  const rules: readonly { alert: string; expr: string }[] = groups[0].rules;
  return [
    ...rules.map(({ alert, expr }) => ({ where: alert, text: expr })),
    ...readDashboard().panels.flatMap(({ title, targets = [] }) =>
      targets.map(({ expr }) => ({
        where: `the panel "${title}"`,
        text: expr.replaceAll("$__rate_interval", "5m").replace(/\$\w+/g, ".*"),
      }))
    ),
    ...fencedBlocks(documentText(METRICS_DOCUMENT)).filter(({ language }) => language === "promql")
      .map(({ text }) => ({ where: METRICS_DOCUMENT, text })),
  ];
}
