/// The one table of all that can be configured. Flags, the config file, the help and docs/flags.md all come from it.
public enum Settings {
  /// Grouped as the help shows them; a setting that others depend on comes before them.
  public static let all: [Setting] =
    source + node + traffic + ipvs + conntrack + endpoints + logging + process + otherModes

  /// By every name that a flag has, normalized.
  static let byFlag: [String: Setting] = {
    var result: [String: Setting] = [:]
    for setting in all {
      for name in setting.flag.map({ [$0] + setting.aliases }) ?? [] { result[name] = setting }
    }
    return result
  }()

  /// By path in the config file.
  static func byKey(_ owner: Setting.Owner) -> [String: Setting] { owner == .own ? ownByKey : kubeProxyByKey }

  private static let ownByKey = keyed(.own)
  private static let kubeProxyByKey = keyed(.kubeProxy)

  private static func keyed(_ owner: Setting.Owner) -> [String: Setting] {
    var result: [String: Setting] = [:]
    for setting in all where setting.owner == owner { if let key = setting.key { result[key] = setting } }
    return result
  }

  /// kube-proxy takes "_" for "-" in the names of flags (WordSepNormalizeFunc of component-base/cli/flag).
  static func normalized(_ name: some StringProtocol) -> String {
    String(name.map { $0 == "_" ? "-" : $0 })
  }
}
