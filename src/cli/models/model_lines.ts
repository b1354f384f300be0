/**
 * Formats the gateway's catalogue as text.
 *
 * @module
 */
import { oneLine } from "../../base/text/one_line.ts";
import type {
  CatalogueReport,
  ReportedList,
  ReportedModel,
  ReportedOffer,
} from "../../server/catalog/catalogue_report.ts";
import { formatAgo } from "../terminal/format_ago.ts";
import { tableLines } from "../terminal/table_lines.ts";

const MODEL_HEADINGS = ["MODEL", "NAME", "ACCOUNTS", "METHODS"];
const LIST_HEADINGS = ["ACCOUNT", "KIND", "MODELS", "LISTED", "WHY"];

/** Most names of accounts in a cell; `--json` has all. */
const MOST_NAMES = 4;

/**
 * Returns a table of the models, with a row for each group of accounts that offer a model with the same methods,
 * and a table of the accounts' lists.
 *
 * @param report The gateway's catalogue.
 * @param nowMs Now, in ms since the epoch.
 */
export function modelLines({ models, lists }: CatalogueReport, nowMs: number): readonly string[] {
  if (lists.length === 0) {
    return [
      "No account is in use: pollux accounts add adds one, pollux accounts enable enables one",
    ];
  }
  const ages = tableLines([LIST_HEADINGS, ...lists.map((list) => listRow(list, nowMs))]);
  if (models.length === 0) return ["No account has listed a model", "", ...ages];
  return [...tableLines([MODEL_HEADINGS, ...models.flatMap(modelRows)]), "", ...ages];
}

function modelRows({ model, displayName, aliasOf, offers }: ReportedModel) {
  const id = aliasOf === undefined ? model : `${model} (alias of ${aliasOf})`;
  const name = displayName === model ? "" : displayName;
  return offers.map((offer, nth) => [
    ...(nth === 0 ? [oneLine(id), oneLine(name)] : ["", ""]),
    accountsOf(offer),
    methodsOf(offer),
  ]);
}

function accountsOf({ accounts }: ReportedOffer): string {
  const more = accounts.length - MOST_NAMES;
  const names = accounts.slice(0, MOST_NAMES).join(", ");
  return more > 0 ? `${names} and ${more} more` : names;
}

function methodsOf({ methods }: ReportedOffer): string {
  if (methods === undefined) return "not stated";
  return methods.length === 0 ? "none that Pollux serves" : methods.join(", ");
}

function listRow(
  { account, kind, models, listed, why = "" }: ReportedList,
  nowMs: number,
): readonly string[] {
  const age = listed === undefined ? "before the start" : formatAgo(listed, nowMs);
  return [
    account,
    kind,
    String(models ?? ""),
    models === undefined ? "not yet" : age,
    oneLine(why),
  ];
}
