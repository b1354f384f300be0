/**
 * The scripts with which a shell completes `pollux`. Each passes the words to the hidden command
 * `complete-words`, as arguments and never through `eval`, and shows its output.
 *
 * The word at the cursor is the first argument, after a "=": Windows PowerShell drops empty arguments.
 *
 * @module
 */
import type { Shell } from "./shells.ts";

/** The script for a shell. */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell];
}

/** Characters that a template literal cannot contain before a brace, or at all. */
const $ = "$";
const TICK = "`";

/** For bash 3.2, which macOS has, and later; without `compopt` it offers files if nothing else matches. */
const BASH = String.raw`# bash completion for pollux
_pollux() {
  local line wants_files=
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :files | :folders) wants_files=yes ;;
      *) COMPREPLY+=("${$}{line%%$'\t'*}") ;;
    esac
  done < <("${$}{1/#\~/$HOME}" complete-words -- "=$2" "${$}{COMP_WORDS[@]:1:COMP_CWORD-1}" 2>/dev/null)
  [[ -n $wants_files ]] || compopt +o default 2>/dev/null
  return 0
}
complete -o default -F _pollux pollux`;

const ZSH = String.raw`#compdef pollux
_pollux() {
  local line wants
  local -a found
  while IFS= read -r line; do
    case $line in
      :files | :folders) wants=$line ;;
      *) found+=("${$}{${$}{line%%$'\t'*}//:/\\:}:${$}{line#*$'\t'}") ;;
    esac
  done < <("${$}{${$}{(Q)words[1]}/#\~/$HOME}" complete-words -- "=${$}{(Q)words[CURRENT]}" \
    "${$}{(@Q)words[2,CURRENT-1]}" 2>/dev/null)
  case $wants in
    :files) _files ;;
    :folders) _files -/ ;;
    *) _describe pollux found ;;
  esac
}
if [[ $funcstack[1] == _pollux ]]; then
  _pollux "$@"
else
  compdef _pollux pollux
fi`;

const FISH = String.raw`# fish completion for pollux
function __pollux_complete
    set -l words (commandline -opc)
    set -l word (commandline -ct)
    set -l program (string replace -r '^~' $HOME -- $words[1])
    set -e words[1]
    for line in ($program complete-words -- "=$word" $words 2>/dev/null)
        switch $line
            case :files
                __fish_complete_path "$word"
            case :folders
                __fish_complete_directories "$word"
            case '*'
                printf '%s\n' $line
        end
    end
end
complete -c pollux -f -a '(__pollux_complete)'`;

/** If the script returns nothing, PowerShell offers files by itself. */
const POWERSHELL = String.raw`# PowerShell completion for pollux
Register-ArgumentCompleter -Native -CommandName pollux -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $before = @($commandAst.CommandElements | Select-Object -Skip 1 |
    Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.Extent.Text })
  & $commandAst.GetCommandName() complete-words '--' "=$wordToComplete" @before 2>$null |
    Where-Object { $_ -notlike ':*' } | ForEach-Object {
      $value, $about = $_ -split "${TICK}t", 2
      if (-not $about) { $about = $value }
      [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $about)
    }
}`;

const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: BASH,
  zsh: ZSH,
  fish: FISH,
  powershell: POWERSHELL,
};
