/**
 * The catalogue for the user: which account offers which model with which methods, and how old each list is.
 *
 * @module
 */
import type { Account } from "../../accounts/account.ts";
import { defined } from "../../base/defined.ts";
import type { AccountKind } from "../../gemini/api/account_kinds.ts";
import type { ModelAliases } from "../../gemini/api/model_alias.ts";
import type { Redaction } from "../../gemini/redaction/redaction.ts";
import type { Roster } from "../dispatch/roster.ts";
import { toRpcError } from "../response/error_response.ts";
import type { ListRefresher } from "./list_refresher.ts";
import type { ModelLists } from "./model_lists.ts";
import { allMethods, type ModelOffer, modelsOffered } from "./offers.ts";

/** The accounts that offer a model with the same methods. */
export interface ReportedOffer {
  /** Names of accounts. */
  readonly accounts: readonly string[];
  /** Absent if the accounts' lists state no methods for the model. */
  readonly methods?: readonly string[];
}

/** A model as the user sees it. */
export interface ReportedModel {
  /** Id, without `models/`; for an alias, the alias. */
  readonly model: string;
  readonly displayName: string;
  /** The model that an alias stands for. */
  readonly aliasOf?: string;
  /** The methods of all offers together; absent if no list states any. */
  readonly methods?: readonly string[];
  readonly offers: readonly ReportedOffer[];
}

/** The list of one enabled account. */
export interface ReportedList {
  readonly account: string;
  readonly kind: AccountKind;
  /** How many models it lists; absent without a list. */
  readonly models?: number;
  /** When the list was received, in RFC 3339; absent if that was before the gateway's start. */
  readonly listed?: string;
  /** Why the last request for it failed. */
  readonly why?: string;
}

/** The catalogue of the gateway. */
export interface CatalogueReport {
  readonly models: readonly ReportedModel[];
  readonly lists: readonly ReportedList[];
}

/** The parts of the gateway that a report describes. */
export interface ReportSource {
  readonly roster: Pick<Roster, "members">;
  readonly lists: Pick<ModelLists, "of">;
  readonly refresher: Pick<ListRefresher, "stateOf">;
  readonly aliases: Pick<ModelAliases, "entries">;
  /** Knows the gateway's own keys. */
  readonly redaction: Redaction;
}

/** Returns the catalogue, from the lists that are known. It contains no secret and no e-mail address. */
export function reportOf(source: ReportSource): CatalogueReport {
  const { roster, lists, aliases } = source;
  const members = roster.members();
  const models = new Map<string, ReportedModel>();
  for (const [id, { model, offers }] of modelsOffered(members, lists)) {
    const { displayName } = model;
    models.set(id, {
      model: id,
      displayName: typeof displayName === "string" ? displayName : id,
      ...defined({ methods: allMethods(offers) }),
      offers: reportedOffers(offers),
    });
  }
  for (const [alias, target] of aliases.entries()) {
    const model = models.get(target);
    if (model !== undefined) models.set(alias, { ...model, model: alias, aliasOf: target });
  }
  return {
    models: [...models.values()],
    lists: members.map(({ account }) => reportedList(account, source)),
  };
}

/** Accounts with different lists may offer the same. */
function reportedOffers(offers: readonly ModelOffer[]): readonly ReportedOffer[] {
  const alike = Map.groupBy(offers, ({ methods }) => methods?.toSorted().join());
  return [...alike.values()].map((group) => ({
    accounts: group.flatMap(({ accounts }) => accounts.map(({ name }) => name)),
    ...defined({ methods: group[0]?.methods }),
  }));
}

function reportedList(
  account: Account,
  { lists, refresher, redaction }: ReportSource,
): ReportedList {
  const { id, name, kind } = account;
  const { listedMs, error } = refresher.stateOf(id);
  return {
    account: name,
    kind,
    ...defined({
      models: lists.of(id)?.models.size,
      listed: listedMs === undefined ? undefined : new Date(listedMs).toISOString(),
      why: error === undefined ? undefined : toRpcError(error, redaction).message,
    }),
  };
}
