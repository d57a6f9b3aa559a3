/// One thing that can be configured: by a flag, in the config file, or both.
public struct Setting: Sendable {
  public enum Effect: Sendable, Hashable {
    case inForce
    /// Taken because kube-proxy takes it; the sentence says why nothing follows from it.
    case none(String)
    /// What to use in its place.
    case deprecated(String)
  }

  /// What zero, or the empty text, stands for.
  enum Zero: Sendable {
    case isAValue
    /// As Go's defaulting of a config file has it; behind a flag it is a value.
    case isDefaultInFile
    case isDefault
  }

  public enum Owner: Sendable, Hashable {
    case kubeProxy
    /// kube-proxy doesn't have it.
    case own
  }

  /// Headings of the help, in its order.
  public enum Group: String, Sendable, CaseIterable {
    case source = "Where Services come from"
    case node = "The node"
    case traffic = "Traffic"
    case ipvs = "IPVS"
    case conntrack = "Connection tracking"
    case endpoints = "Health and metrics"
    case logging = "Logging"
    case process = "The process"
    case otherModes = "Other modes and systems"
  }

  /// Without dashes; nil for what only the config file has.
  public let flag: String?
  public let shorthand: Character?
  /// Further names of the flag.
  public let aliases: [String]
  /// Path in the config file, "ipvs.syncPeriod"; nil for what only flags have.
  public let key: String?
  public let owner: Owner
  public let group: Group
  /// What the help calls the value where its type says too little.
  public let valueName: String?
  public let help: String
  public let effect: Effect
  /// Whether kube-proxy heeds the flag beside a config file.
  let staysBesideConfigFile: Bool
  let zero: Zero
  /// Whether kube-proxy leaves the field out when it writes its defaults.
  let isOmittedByDefault: Bool
  let binding: Binding

  public var type: ValueType { binding.type }

  /// What it is known by in messages and tables: the flag's name, or else the key.
  public var id: String { flag ?? key ?? "" }

  /// The value in force where nothing is given.
  public var defaultValue: SettingValue { binding.get(ProxyConfiguration()) }

  var isHeededBesideConfigFile: Bool { owner == .own || staysBesideConfigFile }
}

extension Setting {
  init(
    _ flag: String?, _ key: String?, _ binding: Binding, in group: Group, _ help: String,
    owner: Owner = .kubeProxy, shorthand: Character? = nil, aliases: [String] = [], valueName: String? = nil,
    effect: Effect = .inForce, staysBesideConfigFile: Bool = false, zero: Zero = .isAValue,
    isOmittedByDefault: Bool = false
  ) {
    self.flag = flag
    self.key = key
    self.binding = binding
    self.group = group
    self.help = help
    self.owner = owner
    self.shorthand = shorthand
    self.aliases = aliases
    self.valueName = valueName
    self.effect = effect
    self.staysBesideConfigFile = staysBesideConfigFile
    self.zero = zero
    self.isOmittedByDefault = isOmittedByDefault
  }

  /// A setting that nothing follows from. What is given in the config file is kept for writing it again.
  static func withoutEffect(
    _ flag: String?, _ key: String?, _ type: ValueType, default value: SettingValue, in group: Group,
    _ help: String, because reason: String, staysBesideConfigFile: Bool = false,
    zero: Zero = .isAValue, isOmittedByDefault: Bool = false
  ) -> Setting {
    Setting(
      flag, key, .kept(type, under: key, default: value), in: group, help, effect: .none(reason),
      staysBesideConfigFile: staysBesideConfigFile, zero: zero,
      isOmittedByDefault: isOmittedByDefault)
  }
}
