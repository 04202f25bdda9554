/** Completion for shells, made of the tree of commands: names, options, and values that are known. Where others may stand, files complete too. */
import type { CommandEntry } from './command-tree.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

export function completionScript(shell: Shell, commands: readonly CommandEntry[]): string {
  if (shell === 'bash') return bashScript(commands);
  return shell === 'zsh' ? zshScript(commands) : fishScript(commands);
}

/** The words that are commands, one case a path: the shells walk along the line with them. */
function walkCases(commands: readonly CommandEntry[]): string {
  const paths = commands.map(({ path }) => path).filter((path) => path !== '');
  return paths.map((path) => quote(path)).join('|');
}

function wordsOf({ children, options, values = [] }: CommandEntry): string[] {
  const flags = options.flatMap(({ long, short }) => (short === undefined ? [long] : [short, long]));
  return [...children, ...values, ...flags, '--help'];
}

/** A case for each option that takes a value: those that are known, and none where a file or a number is to stand. */
function valueCases(commands: readonly CommandEntry[], write: (values: readonly string[]) => string): string {
  return commands
    .flatMap(({ path, options }) =>
      options
        .filter(({ takesValue }) => takesValue)
        .map(({ long, short, choices, values = [] }) => {
          const names = [long, ...(short === undefined ? [] : [short])];
          const patterns = names.map((name) => quote(`${path} ${name}`)).join('|');
          return `    ${patterns}) ${write([...choices, ...values])} ;;\n`;
        }),
    )
    .join('');
}

function bashScript(commands: readonly CommandEntry[]): string {
  const cases = commands.map(
    (entry) => `      ${quote(entry.path)}) words=${quote(wordsOf(entry).join(' '))} ;;\n`,
  );
  return `# Completion of netspace for bash.
_netspace() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path="" words="" word next
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    next="\${path:+$path }$word"
    case "$next" in ${walkCases(commands)}) path="$next" ;; esac
  done
  case "$path $previous" in
${valueCases(commands, (values) => `words=${quote(values.join(' '))}`)}    *)
    case "$path" in
${cases.join('')}    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o bashdefault -o default -F _netspace netspace
`;
}

function zshScript(commands: readonly CommandEntry[]): string {
  const cases = commands.map((entry) => {
    const pairs = [
      ...entry.children.map((name) => [name, describe(commands, `${entry.path} ${name}`.trim())]),
      ...(entry.values ?? []).map((value) => [value, '']),
      ...entry.options.map(({ long, description }) => [long, description]),
      ['--help', 'what the command does, its options, and examples'],
    ];
    const list = pairs
      .map(([name = '', text = '']) => quote(text === '' ? name : `${name}:${text}`))
      .join(' ');
    return `    ${quote(entry.path)}) candidates=(${list}) ;;\n`;
  });
  return `#compdef netspace
# Completion of netspace for zsh.
_netspace() {
  local place='' next word
  local -a candidates
  for word in \${words[2,CURRENT-1]}; do
    next="\${place:+$place }$word"
    case "$next" in ${walkCases(commands)}) place="$next" ;; esac
  done
  case "$place \${words[CURRENT-1]}" in
${valueCases(commands, (values) => `candidates=(${values.map((each) => quote(each)).join(' ')})`)}    *)
    case "$place" in
${cases.join('')}    esac ;;
  esac
  _describe 'netspace' candidates
  _files
}
if [ "$funcstack[1]" = _netspace ]; then _netspace "$@"; else compdef _netspace netspace; fi
`;
}

function fishScript(commands: readonly CommandEntry[]): string {
  const lines = commands.flatMap((entry) => {
    const at = `-n ${quote(`__netspace_at ${quote(entry.path)}`, '"')}`;
    const children = entry.children.map(
      (name) =>
        `complete -c netspace ${at} -a ${name} -d ${quote(describe(commands, `${entry.path} ${name}`.trim()))}\n`,
    );
    const options = entry.options.map(
      ({ long, short, description, takesValue, choices, values: known = [] }) => {
        const names = `-l ${long.slice(2)}${short === undefined ? '' : ` -s ${short.slice(1)}`}`;
        const list = known.length > 0 ? ` -r -a ${quote(known.join(' '))}` : takesValue ? ' -r' : '';
        const values = choices.length > 0 ? ` -x -a ${quote(choices.join(' '))}` : list;
        return `complete -c netspace ${at} ${names}${values} -d ${quote(description)}\n`;
      },
    );
    const values = entry.values ?? [];
    const own = values.length === 0 ? [] : [`complete -c netspace ${at} -a ${quote(values.join(' '))}\n`];
    const help = `complete -c netspace ${at} -l help -s h -d 'what it does, its options, and examples'\n`;
    return [...children, ...own, ...options, help];
  });
  return `# Completion of netspace for fish.
function __netspace_at
  set -l place ''
  for word in (commandline -opc)[2..]
    set -l next (string trim -- "$place $word")
    contains -- $next ${commands
      .filter(({ path }) => path !== '')
      .map(({ path }) => quote(path))
      .join(' ')}
    and set place $next
  end
  test "$place" = "$argv[1]"
end
${lines.join('')}`;
}

function describe(commands: readonly CommandEntry[], path: string): string {
  return commands.find((entry) => entry.path === path)?.description ?? '';
}

/** In single quotes, for all three shells; what would end them becomes a typographic apostrophe. */
function quote(text: string, mark = "'"): string {
  return `${mark}${text.replaceAll("'", mark === "'" ? '’' : "'")}${mark}`;
}
