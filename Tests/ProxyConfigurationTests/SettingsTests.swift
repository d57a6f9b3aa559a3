import Testing

@testable import ProxyConfiguration

/// The table against what kube-proxy 1.36 has.
@Suite struct SettingsTests {
  private struct KubeProxyFlag {
    let name: String
    let shorthand: String
    let type: String
    let initial: String
    let isDeprecated: Bool
  }

  private func kubeProxyFlags() throws -> [KubeProxyFlag] {
    try fixture("kube-proxy-flags.tsv").split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
      let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      return KubeProxyFlag(
        name: columns[0], shorthand: columns[1], type: columns[2],
        initial: columns[3].filter { $0 != "\"" }, isDeprecated: columns.last?.hasPrefix("deprecated") == true
      )
    }
  }

  @Test func everyFlagOfKubeProxyIsThereWithItsShorthandTypeAndDefault() throws {
    let flags = try kubeProxyFlags()
    #expect(flags.count > 50)
    for flag in flags {
      let setting = try #require(Settings.byFlag[flag.name], "\(flag.name)")
      #expect(setting.flag == flag.name && setting.owner == .kubeProxy, "\(flag.name)")
      #expect(setting.shorthand.map(String.init) ?? "" == flag.shorthand, "\(flag.name)")
      #expect(setting.type.rawValue == flag.type, "\(flag.name)")
      if case .deprecated = setting.effect {
        #expect(flag.isDeprecated, "\(flag.name)")
      } else if !["proxy-mode", "detect-local-mode"].contains(flag.name) {
        // kube-proxy fills in the two modes only after it has shown its help.
        let ours = setting.defaultValue.isZero ? "" : setting.defaultValue.description
        let theirs = ["false", "0"].contains(flag.initial) ? "" : flag.initial
        #expect(["false", "0"].contains(ours) ? theirs.isEmpty : ours == theirs, "\(flag.name): \(ours)")
      }
    }
  }

  @Test func noFlagPassesForKubeProxysThatIsNone() throws {
    let names = Set(try kubeProxyFlags().map(\.name))
    for setting in Settings.all where setting.owner == .kubeProxy {
      if let flag = setting.flag { #expect(names.contains(flag), "\(flag)") }
    }
  }

  @Test func noNameIsTakenTwice() {
    let flags = Settings.all.flatMap { setting in setting.flag.map { [$0] + setting.aliases } ?? [] }
    #expect(Set(flags).count == flags.count)
    let keys = Settings.all.compactMap(\.key)
    #expect(Set(keys).count == keys.count)
    #expect(Set(Settings.all.map(\.id)).count == Settings.all.count)
  }

  @Test(arguments: [
    "manifests", "state-dir", "service-cluster-ip-range", "service-node-port-range", "guards",
    "source-ranges-on-node-ports", "drain-timeout", "once", "mode", "log-format",
  ]) func ourOwnFlagsKeepTheirNames(name: String) {
    #expect(Settings.byFlag[name] != nil)
  }

  @Test func everySettingTakesItsOwnDefault() throws {
    for setting in Settings.all where setting.id != "cluster-cidr" {
      var configuration = ProxyConfiguration()
      do throws(ValueFlaw) {
        try setting.binding.set(setting.defaultValue, &configuration)
      } catch {
        Issue.record("\(setting.id): \(error.message)")
      }
      configuration.process.version = nil
      #expect(configuration == ProxyConfiguration(), "\(setting.id)")
    }
  }

  @Test func theHelpHasEveryFlagAndFitsTheScreen() {
    let help = FlagHelp.text()
    for setting in Settings.all {
      if let flag = setting.flag { #expect(help.contains("--\(flag)"), "\(flag)") }
    }
    for line in help.split(separator: "\n") { #expect(line.count <= 120, "\(line)") }
    #expect(help.contains("--ipvs-sync-period duration"))
    #expect(help.contains("(default: 30s)"))
  }

  @Test func theDocumentHasEverySetting() {
    let document = FlagsDocument.markdown
    for setting in Settings.all {
      if let flag = setting.flag { #expect(document.contains("--\(flag)"), "\(flag)") }
      if let key = setting.key { #expect(document.contains("`\(key)`"), "\(key)") }
    }
  }
}
