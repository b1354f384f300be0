/**
 * The page's scripts and styles, as text. A file that is not named here is not served.
 *
 * @module
 */
import api from "./client/parts/api.js" with { type: "text" };
import callRow from "./client/overview/call_row.js" with { type: "text" };
import standing from "./client/overview/standing.js" with { type: "text" };
import timeline from "./client/overview/timeline.js" with { type: "text" };
import controls from "./client/parts/controls.js" with { type: "text" };
import dialog from "./client/parts/dialog.js" with { type: "text" };
import dom from "./client/parts/dom.js" with { type: "text" };
import explanation from "./client/overview/explanation.js" with { type: "text" };
import format from "./client/parts/format.js" with { type: "text" };
import live from "./client/parts/live.js" with { type: "text" };
import main from "./client/main.js" with { type: "text" };
import hold from "./client/overview/hold.js" with { type: "text" };
import overview from "./client/overview/overview.js" with { type: "text" };
import rate from "./client/overview/rate.js" with { type: "text" };
import rows from "./client/parts/rows.js" with { type: "text" };
import session from "./client/parts/session.js" with { type: "text" };
import textsCommon from "./client/texts/common.js" with { type: "text" };
import textsOverview from "./client/texts/overview.js" with { type: "text" };
import theme from "./client/theme.js" with { type: "text" };
import ticker from "./client/parts/ticker.js" with { type: "text" };
import toast from "./client/parts/toast.js" with { type: "text" };
import connect from "./client/connect/connect.js" with { type: "text" };
import agentSnippets from "./client/connect/agent_snippets.js" with { type: "text" };
import snippetWords from "./client/connect/snippet_words.js" with { type: "text" };
import snippets from "./client/connect/snippets.js" with { type: "text" };
import models from "./client/parts/models.js" with { type: "text" };
import settings from "./client/settings/settings.js" with { type: "text" };
import textsConnect from "./client/texts/connect.js" with { type: "text" };
import textsSettings from "./client/texts/settings.js" with { type: "text" };
import textsTry from "./client/texts/try.js" with { type: "text" };
import textsUsage from "./client/texts/usage.js" with { type: "text" };
import reply from "./client/try/reply.js" with { type: "text" };
import tryView from "./client/try/try.js" with { type: "text" };
import drawing from "./client/usage/drawing.js" with { type: "text" };
import figure from "./client/usage/figure.js" with { type: "text" };
import stack from "./client/usage/stack.js" with { type: "text" };
import sums from "./client/usage/sums.js" with { type: "text" };
import usage from "./client/usage/usage.js" with { type: "text" };
import words from "./client/usage/words.js" with { type: "text" };
import baseCss from "./styles/base.css" with { type: "text" };
import connectCss from "./styles/connect.css" with { type: "text" };
import controlsCss from "./styles/controls.css" with { type: "text" };
import dialogCss from "./styles/dialog.css" with { type: "text" };
import layoutCss from "./styles/layout.css" with { type: "text" };
import overviewCss from "./styles/overview.css" with { type: "text" };
import settingsCss from "./styles/settings.css" with { type: "text" };
import signInCss from "./styles/sign_in.css" with { type: "text" };
import tableCss from "./styles/table.css" with { type: "text" };
import tokensCss from "./styles/tokens.css" with { type: "text" };
import usageCss from "./styles/usage.css" with { type: "text" };
import uplot from "uplot/dist/uPlot.iife.min.js" with { type: "text" };
import uplotCss from "uplot/dist/uPlot.min.css" with { type: "text" };
import accountActions from "./client/accounts/account_actions.js" with { type: "text" };
import accountForm from "./client/accounts/account_form.js" with { type: "text" };
import accountRow from "./client/accounts/account_row.js" with { type: "text" };
import accountSheet from "./client/accounts/account_sheet.js" with { type: "text" };
import accountState from "./client/accounts/account_state.js" with { type: "text" };
import accounts from "./client/accounts/accounts.js" with { type: "text" };
import addAccount from "./client/accounts/add_account.js" with { type: "text" };
import editAccount from "./client/accounts/edit_account.js" with { type: "text" };
import quotaLine from "./client/accounts/quota_line.js" with { type: "text" };
import keyActions from "./client/keys/key_actions.js" with { type: "text" };
import keyDialog from "./client/keys/key_dialog.js" with { type: "text" };
import keyForm from "./client/keys/key_form.js" with { type: "text" };
import keyRow from "./client/keys/key_row.js" with { type: "text" };
import keySheet from "./client/keys/key_sheet.js" with { type: "text" };
import keyState from "./client/keys/key_state.js" with { type: "text" };
import keys from "./client/keys/keys.js" with { type: "text" };
import limitBars from "./client/keys/limit_bars.js" with { type: "text" };
import showKey from "./client/keys/show_key.js" with { type: "text" };
import formFields from "./client/parts/form_fields.js" with { type: "text" };
import formValues from "./client/parts/form_values.js" with { type: "text" };
import leftTone from "./client/parts/left_tone.js" with { type: "text" };
import reloading from "./client/parts/reloading.js" with { type: "text" };
import sheet from "./client/parts/sheet.js" with { type: "text" };
import textsAccounts from "./client/texts/accounts.js" with { type: "text" };
import textsKeys from "./client/texts/keys.js" with { type: "text" };
import formsCss from "./styles/forms.css" with { type: "text" };
import listsCss from "./styles/lists.css" with { type: "text" };
import warnings from "./client/parts/warnings.js" with { type: "text" };

/** The browser's modules, by their path after `/ui/`. */
export const SCRIPTS: Readonly<Record<string, string>> = {
  "parts/warnings.js": warnings,
  "accounts/account_actions.js": accountActions,
  "accounts/account_form.js": accountForm,
  "accounts/account_row.js": accountRow,
  "accounts/account_sheet.js": accountSheet,
  "accounts/account_state.js": accountState,
  "accounts/accounts.js": accounts,
  "accounts/add_account.js": addAccount,
  "accounts/edit_account.js": editAccount,
  "accounts/quota_line.js": quotaLine,
  "keys/key_actions.js": keyActions,
  "keys/key_dialog.js": keyDialog,
  "keys/key_form.js": keyForm,
  "keys/key_row.js": keyRow,
  "keys/key_sheet.js": keySheet,
  "keys/key_state.js": keyState,
  "keys/keys.js": keys,
  "keys/limit_bars.js": limitBars,
  "keys/show_key.js": showKey,
  "parts/form_fields.js": formFields,
  "parts/form_values.js": formValues,
  "parts/left_tone.js": leftTone,
  "parts/reloading.js": reloading,
  "parts/sheet.js": sheet,
  "texts/accounts.js": textsAccounts,
  "texts/keys.js": textsKeys,
  "parts/api.js": api,
  "overview/call_row.js": callRow,
  "overview/standing.js": standing,
  "overview/timeline.js": timeline,
  "parts/controls.js": controls,
  "parts/dialog.js": dialog,
  "parts/dom.js": dom,
  "overview/explanation.js": explanation,
  "parts/format.js": format,
  "parts/live.js": live,
  "main.js": main,
  "overview/hold.js": hold,
  "overview/overview.js": overview,
  "overview/rate.js": rate,
  "parts/rows.js": rows,
  "parts/session.js": session,
  "texts/common.js": textsCommon,
  "texts/overview.js": textsOverview,
  "theme.js": theme,
  "parts/ticker.js": ticker,
  "parts/toast.js": toast,
  "connect/connect.js": connect,
  "connect/agent_snippets.js": agentSnippets,
  "connect/snippet_words.js": snippetWords,
  "connect/snippets.js": snippets,
  "parts/models.js": models,
  "settings/settings.js": settings,
  "texts/connect.js": textsConnect,
  "texts/settings.js": textsSettings,
  "texts/try.js": textsTry,
  "texts/usage.js": textsUsage,
  "try/reply.js": reply,
  "try/try.js": tryView,
  "usage/drawing.js": drawing,
  "usage/figure.js": figure,
  "usage/stack.js": stack,
  "usage/sums.js": sums,
  "usage/usage.js": usage,
  "usage/words.js": words,
  // A script that declares a variable, as a module.
  "uplot.js": `${uplot}\nexport default uPlot;\n`,
};

/** The styles, in their order: `page.css` is all of them. */
export const STYLES: readonly string[] = [
  tokensCss,
  baseCss,
  layoutCss,
  controlsCss,
  tableCss,
  dialogCss,
  signInCss,
  overviewCss,
  listsCss,
  formsCss,
  uplotCss,
  usageCss,
  connectCss,
  settingsCss,
];
