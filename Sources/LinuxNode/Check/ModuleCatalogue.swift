import NodeCheck

/// Which modules are in the kernel, and which could be: by /sys and by the lists of depmod(8).
struct ModuleCatalogue {
  private let files: HostFiles
  private let builtIn: Set<Substring>
  private let loadable: Set<Substring>
  private let hasLists: Bool

  init(files: HostFiles, release: String) {
    self.files = files
    let folder = "/lib/modules/\(release)"
    builtIn = Set(files.lines("\(folder)/modules.builtin").map(Self.name))
    loadable = Set(files.lines("\(folder)/modules.dep").map { Self.name($0.prefix { $0 != ":" }) })
    hasLists = files.exists("\(folder)/modules.dep")
  }

  func states(_ names: Set<String>) -> [String: ModuleState] {
    Dictionary(uniqueKeysWithValues: names.map { ($0, state($0)) })
  }

  private func state(_ name: String) -> ModuleState {
    if Modules.isPresent(name, files) || builtIn.contains(name[...]) { return .present }
    if loadable.contains(name[...]) { return .loadable }
    return hasLists ? .missing : .unknown
  }

  /// "ip_vs" of "kernel/net/netfilter/ipvs/ip_vs.ko.xz". Modules' own names have underscores; of those that are needed
  /// here, so have the files'.
  private static func name(_ path: Substring) -> Substring {
    let file = path.split(separator: "/").last ?? ""
    return file.prefix { $0 != "." }
  }
}
