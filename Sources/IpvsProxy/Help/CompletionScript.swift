import ArgumentParser

/// What a shell runs to complete. All of it asks the program for `complete`: one place knows commands and flags, and
/// the running process knows names.
enum CompletionScript: String, CaseIterable, ExpressibleByArgument {
  case bash, zsh, fish

  var text: String {
    switch self {
    case .bash: Self.bashText
    case .zsh: Self.zshText
    case .fish: Self.fishText
    }
  }

  // bash takes "=" and ":" for the ends of words, and replaces only what is behind them.
  private static let bashText = #"""
    # bash completion for ipvs-proxy: ipvs-proxy completion bash
    _ipvs-proxy() {
      local word current prefix joins= IFS=$'\n'
      local -a words=() lines=()
      for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
        if [[ $word == [=:]* && ${#words[@]} -gt 0 ]]; then
          words[-1]+=$word
          joins=yes
        elif [[ $joins ]]; then
          words[-1]+=$word
          joins=
        else
          words+=("$word")
        fi
      done
      current=${words[-1]-}
      prefix=${current%"${current##*[=:]}"}
      mapfile -t lines < <("${COMP_WORDS[0]}" complete -- "${words[@]}" 2>/dev/null)
      case ${lines[0]-} in
        :files)
          compopt -o filenames 2>/dev/null
          mapfile -t COMPREPLY < <(compgen -f -- "${current#"$prefix"}")
          ;;
        :directories)
          compopt -o filenames 2>/dev/null
          mapfile -t COMPREPLY < <(compgen -d -- "${current#"$prefix"}")
          ;;
        *)
          lines=("${lines[@]%%$'\t'*}")
          COMPREPLY=("${lines[@]#"$prefix"}")
          ;;
      esac
    }
    complete -F _ipvs-proxy ipvs-proxy

    """#

  private static let zshText = #"""
    #compdef ipvs-proxy
    # zsh completion for ipvs-proxy: ipvs-proxy completion zsh
    _ipvs-proxy() {
      local line
      local -a lines described
      lines=("${(@f)$(${words[1]} complete -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
      case ${lines[1]} in
        :files)
          compset -P '*='
          _files
          return
          ;;
        :directories)
          compset -P '*='
          _files -/
          return
          ;;
      esac
      for line in $lines; do
        described+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
      done
      _describe ipvs-proxy described
    }
    if [[ ${funcstack[1]} == _ipvs-proxy ]]; then
      _ipvs-proxy "$@"
    else
      compdef _ipvs-proxy ipvs-proxy
    fi

    """#

  private static let fishText = #"""
    # fish completion for ipvs-proxy: ipvs-proxy completion fish
    function __ipvs_proxy_complete
        set --local words (commandline --tokenize --cut-at-cursor)
        set --local current (commandline --current-token --cut-at-cursor)
        set --local lines (command $words[1] complete -- $words[2..-1] "$current" 2>/dev/null)
        switch "$lines[1]"
            case :files
                __fish_complete_path (string replace --regex '^--[^=]*=' '' -- "$current")
            case :directories
                __fish_complete_directories (string replace --regex '^--[^=]*=' '' -- "$current")
            case '*'
                printf '%s\n' $lines
        end
    end
    complete --command ipvs-proxy --no-files --arguments '(__ipvs_proxy_complete)'

    """#
}
