/**
 * Which accounts offer which models, with which methods: what an account lists, restricted to what Pollux can do
 * with it.
 *
 * @module
 */
import type { Account } from "../../accounts/account.ts";
import { isModelMethod, LISTED_METHODS } from "../../gemini/api/methods.ts";
import type { Model } from "../../gemini/api/model.ts";
import type { Member } from "../dispatch/roster.ts";
import { methodsOf, type ModelList } from "./model_list.ts";
import type { ModelLists } from "./model_lists.ts";

/** Accounts that offer a model with the same methods. */
export interface ModelOffer {
  readonly accounts: readonly Account[];
  /** As in `supportedGenerationMethods`; undefined if the accounts' list states none. */
  readonly methods: readonly string[] | undefined;
}

/** A model that accounts offer. */
export interface OfferedModel {
  /** As the first account lists it. */
  readonly model: Model;
  readonly offers: readonly ModelOffer[];
}

/** Accounts with the same list, of which Pollux can use the same. */
interface Group {
  readonly list: ModelList;
  readonly member: Member;
  readonly accounts: Account[];
}

/** All models that the accounts offer, by id, in the order of the lists. */
export function modelsOffered(
  members: readonly Member[],
  lists: Pick<ModelLists, "of">,
): ReadonlyMap<string, OfferedModel> {
  const models = new Map<string, { readonly model: Model; readonly offers: ModelOffer[] }>();
  for (const { list, member, accounts } of groupsOf(members, lists)) {
    for (const [id, model] of list.models) {
      if (!(member.answersFor?.(id) ?? true)) continue;
      const offer = { accounts, methods: servedMethods(model, { id, member }) };
      const known = models.get(id);
      if (known === undefined) models.set(id, { model, offers: [offer] });
      else known.offers.push(offer);
    }
  }
  return models;
}

/** The methods of all offers together; undefined if none of them states any. */
export function allMethods(offers: readonly ModelOffer[]): readonly string[] | undefined {
  const stated = offers.filter(({ methods }) => methods !== undefined);
  if (stated.length === 0) return undefined;
  return [...new Set(stated.flatMap(({ methods = [] }) => methods))];
}

function groupsOf(members: readonly Member[], lists: Pick<ModelLists, "of">): readonly Group[] {
  const groups = new Map<ModelList, Map<string, Group>>();
  for (const member of members) {
    const { account } = member;
    const list = lists.of(account.id);
    if (list === undefined) continue;
    const alike = groups.get(list) ?? new Map<string, Group>();
    groups.set(list, alike);
    const key = JSON.stringify([account.kind, account.credential.type, account.models]);
    const group = alike.get(key);
    if (group === undefined) alike.set(key, { list, member, accounts: [account] });
    else group.accounts.push(account);
  }
  return [...groups.values()].flatMap((alike) => [...alike.values()]);
}

/** The methods that a list states for a model, without those that Pollux can't call through the account. */
function servedMethods(
  model: Model,
  { id, member: { upstream } }: { readonly id: string; readonly member: Member },
): readonly string[] | undefined {
  return methodsOf(model)?.filter((name): name is string => {
    if (typeof name !== "string") return false;
    const method = LISTED_METHODS.get(name) ?? (isModelMethod(name) ? name : undefined);
    return method !== undefined && upstream.serves(method, id);
  });
}
