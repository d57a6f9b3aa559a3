import Addressing

extension ProxyConfiguration {
  /// Makes the configuration of command-line arguments, the program's name left out, and of the config file that they
  /// name. Where the two say different things, the file counts for what kube-proxy has, but for the few flags that
  /// kube-proxy itself heeds beside a file and `--proxy-mode`; the flag counts for what only this program has.
  ///
  /// A request for help or the version leaves everything else unread.
  /// - Parameters:
  ///   - arguments: flags in any order.
  ///   - readFile: gives a file's content; what it throws is told as the reason.
  /// - Returns: the configuration, and what to log about it: settings without effect, each once, fields of the file
  ///   that there are not, flags that are ignored because of the file.
  /// - Throws: everything that is wrong, when anything is.
  public static func load(
    arguments: [String], readFile: (String) throws -> [UInt8]
  ) throws(ConfigurationError) -> (configuration: ProxyConfiguration, notices: [ConfigurationNotice]) {
    let flags = FlagParser(arguments)
    var loader = ConfigurationLoader(flags.problems)
    if loader.readRequests(flags.occurrences) { return (loader.configuration, []) }
    if let path = flags.occurrences.last(where: { $0.setting.flag == "config" })?.text, !path.isEmpty {
      do {
        loader.read(ConfigurationFile(try readFile(path), path: path))
      } catch {
        loader.refuse("--config \(path)", "can't be read: \(error)")
      }
      loader.read(flags.occurrences, besideFile: true)
    } else {
      loader.read(flags.occurrences, besideFile: false)
    }
    return try loader.finish()
  }
}

/// Puts values into their places, the file's before the flags'.
struct ConfigurationLoader {
  /// Where a value came from, as messages name it, with the value.
  struct Given {
    let place: String
    let value: SettingValue
    let isFromFile: Bool
  }

  private(set) var configuration = ProxyConfiguration()
  /// What is in force where nothing is given.
  private(set) var defaults = ProxyConfiguration()
  private var problems: [ConfigurationError.Problem]
  private var notices: [ConfigurationNotice] = []
  /// What is heeded, by the setting's id; a flag replaces what the file said.
  private(set) var given: [String: Given] = [:]

  init(_ problems: [ConfigurationError.Problem]) { self.problems = problems }

  mutating func refuse(_ place: String, _ message: String) { problems.append(.init(place, message)) }

  mutating func tell(_ severity: ConfigurationNotice.Severity, _ text: String) {
    notices.append(ConfigurationNotice(severity, text))
  }

  /// True when help or the version is asked for, and nothing else counts.
  mutating func readRequests(_ occurrences: [FlagParser.Occurrence]) -> Bool {
    for occurrence in occurrences where ["help", "version"].contains(occurrence.setting.flag) {
      guard let value = try? FlagValue.parse(occurrence.text, as: occurrence.setting.type) else { continue }
      try? occurrence.setting.binding.set(value, &configuration)
    }
    return configuration.process.showsHelp || configuration.process.version != nil
  }

  // MARK: The file

  mutating func read(_ file: ConfigurationFile) {
    // Only flags make kube-proxy's ipvs mode wait between two rounds: a file says 0s where it says nothing.
    defaults.ipvs.minimumSyncPeriod = .zero
    configuration = defaults
    problems += file.problems
    for notice in file.notices { tell(notice.severity, notice.description) }
    // In the table's order, not the file's: some depend on others.
    let fields = Dictionary(file.fields.map { ($0.setting.id, $0) }) { _, last in last }
    for setting in Settings.all {
      guard let field = fields[setting.id] else { continue }
      let place = file.place(field.line, setting.key)
      do throws(ValueFlaw) {
        try put(setting, try FileValue.parse(field.node, as: setting), place, isFromFile: true)
      } catch {
        refuse(place, error.message)
      }
      if setting.id == "bind-address" { followBindAddress() }
    }
  }

  /// In a file, the family of the bind address is that of the servers' default addresses (DEF:getDefaultAddresses).
  private mutating func followBindAddress() {
    let family = configuration.node.bindAddress.family
    configuration.health.healthzBindAddress = ListenAddress.Default.healthz.address(of: family)
    configuration.health.metricsBindAddress = ListenAddress.Default.metrics.address(of: family)
  }

  // MARK: The flags

  mutating func read(_ occurrences: [FlagParser.Occurrence], besideFile: Bool) {
    var ignored: [String] = []
    var byID: [String: [FlagParser.Occurrence]] = [:]
    for occurrence in occurrences {
      if besideFile, !occurrence.setting.isHeededBesideConfigFile {
        if !ignored.contains(occurrence.spelling) { ignored.append(occurrence.spelling) }
      } else {
        byID[occurrence.setting.id, default: []].append(occurrence)
      }
    }
    if !ignored.isEmpty {
      tell(.warning, "ignored beside --config, as kube-proxy does: \(ignored.joined(separator: ", "))")
    }
    for setting in Settings.all {
      guard let occurrences = byID[setting.id], let last = occurrences.last else { continue }
      do throws(ValueFlaw) {
        try put(setting, try value(of: occurrences), last.spelling, isFromFile: false)
      } catch {
        refuse(last.spelling, error.message)
      }
    }
  }

  /// The last one counts, but lists and feature gates add up.
  private func value(of occurrences: [FlagParser.Occurrence]) throws(ValueFlaw) -> SettingValue {
    var result: SettingValue?
    for occurrence in occurrences {
      let next = try FlagValue.parse(occurrence.text, as: occurrence.setting.type)
      switch (result, next) {
      case (.list(let items), .list(let more)): result = .list(items + more)
      case (.gates(let gates), .gates(let more)): result = .gates(gates.merging(more) { $1 })
      default: result = next
      }
    }
    return result ?? .text("")
  }

  // MARK: Both

  private mutating func put(
    _ setting: Setting, _ value: SettingValue, _ place: String, isFromFile: Bool
  ) throws(ValueFlaw) {
    if setting.id == "proxy-mode", value.isZero, given[setting.id] != nil { return }
    if value.isZero, setting.zero == .isDefault || setting.zero == .isDefaultInFile && isFromFile {
      // Nobody's choice, and yet to be told: kube-proxy would do something else.
      if setting.id == "proxy-mode" {
        given[setting.id] = Given(place: place, value: value, isFromFile: true)
      }
      return
    }
    try setting.binding.set(value, &configuration)
    given[setting.id] = Given(place: place, value: value, isFromFile: isFromFile)
  }

  mutating func replace(
    _ place: WritableKeyPath<ProxyConfiguration, ListenAddress?>, with address: ListenAddress?
  ) {
    configuration[keyPath: place] = address
  }

  mutating func finish() throws(ConfigurationError) -> (ProxyConfiguration, [ConfigurationNotice]) {
    checkMode()
    applyDeprecatedPorts()
    problems += Validation.problems(of: configuration, given)
    tellOfEffects()
    guard problems.isEmpty else { throw ConfigurationError(problems: problems) }
    return (configuration, notices)
  }
}
