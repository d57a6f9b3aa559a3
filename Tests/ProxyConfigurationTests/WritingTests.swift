import Addressing
import SeededGenerator
import Testing

@testable import ProxyConfiguration

@Suite struct WritingTests {
  /// "path: value" of each line, so that differences show by name. For documents without lists.
  private func flattened(_ text: String) -> [String: String] {
    var result: [String: String] = [:]
    var path: [String] = []
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      let depth = line.prefix { $0 == " " }.count / 2
      path = path.prefix(depth) + [String(parts[0].drop { $0 == " " })]
      let value = parts.last?.drop { $0 == " " } ?? ""
      if !value.isEmpty { result[path.joined(separator: ".")] = String(value) }
    }
    return result
  }

  @Test func theDefaultsAreKubeProxysButForTheMode() throws {
    let theirs = flattened(try fixture("kube-proxy-default-config.yaml"))
    let ours = flattened(try load(file: document("mode: ipvs\n")).configuration.fileText)
    #expect(Set(ours.keys) == Set(theirs.keys))
    let differences = theirs.filter { ours[$0.key] != $0.value }.keys.sorted()
    // kube-proxy in its own default mode leaves the other modes' periods at 0.
    #expect(differences == ["ipvs.syncPeriod", "mode"])
    #expect(ours["mode"] == "ipvs" && ours["ipvs.syncPeriod"] == "30s")
  }

  @Test func flagsHaveOneOtherDefault() throws {
    let file = flattened(try load(file: document("mode: ipvs\n")).configuration.fileText)
    let flags = flattened(ProxyConfiguration().fileText)
    #expect(file.filter { flags[$0.key] != $0.value }.keys.sorted() == ["ipvs.minSyncPeriod"])
  }

  @Test func theTextIsAsKubernetesWritesIt() throws {
    let theirs = try fixture("kube-proxy-default-config.yaml").split(separator: "\n")
    let ours = try load(file: document("mode: ipvs\n")).configuration.fileText.split(separator: "\n")
    #expect(ours.count == theirs.count)
    let differing = zip(ours, theirs).filter { $0 != $1 }.map { String($0.0) }
    #expect(differing == ["  syncPeriod: 30s", "mode: ipvs"])
  }

  @Test func withoutAnythingOfOursThereIsOneDocument() {
    var configuration = ProxyConfiguration()
    #expect(!configuration.fileText.contains("---"))
    configuration.ipvs.drainTimeout = .seconds(60)
    #expect(configuration.fileText.hasSuffix("drainTimeout: 1m0s\nkind: IpvsProxyConfiguration\n"))
  }

  @Test(arguments: 0..<200) func whatIsWrittenIsReadAgain(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let configuration = Self.configuration(&random)
    let text = configuration.fileText
    var again = try load(file: text).configuration
    again.process.configFile = ""
    #expect(again == configuration, "\(text)")
  }

  /// Random values for about half of all settings that a file can have.
  private static func configuration(_ random: inout SeededGenerator) -> ProxyConfiguration {
    var configuration = ProxyConfiguration()
    for setting in Settings.all where setting.key != nil && Bool.random(using: &random) {
      guard let value = value(setting, &random), setting.zero == .isAValue || !value.isZero else { continue }
      // Some random values aren't in a setting's range: they stay out.
      try? setting.binding.set(value, &configuration)
    }
    configuration.ipvs.minimumSyncPeriod = min(
      configuration.ipvs.minimumSyncPeriod, configuration.ipvs.syncPeriod)
    if configuration.traffic.bridgeInterface.isEmpty { configuration.traffic.bridgeInterface = "br-0" }
    if configuration.traffic.interfaceNamePrefix.isEmpty { configuration.traffic.interfaceNamePrefix = "123" }
    return configuration
  }

  private static let words = [
    "", "0", "true", "null", "a: b", "#x", "it's", "\"q\"", "1e3", "- a", "~", "/a b", "é\t", "x\\y",
  ]

  private static func value(_ setting: Setting, _ random: inout SeededGenerator) -> SettingValue? {
    switch setting.type {
    case .bool: return .bool(Bool.random(using: &random))
    case .int32, .level: return .integer(Int.random(in: -20...20, using: &random))
    case .float32: return .number(Double(Int.random(in: -20...20, using: &random)) / 4)
    case .duration: return .duration(.milliseconds(Int.random(in: 0...10_000_000, using: &random)))
    case .ip: return .text(["192.0.2.1", "2001:db8::1", "0.0.0.0", "::"].randomElement(using: &random) ?? "")
    case .ipPort:
      return .text(["1.2.3.4:5", "[::1]:80", "9999", "1.2.3.4:0"].randomElement(using: &random) ?? "")
    case .featureGates: return .gates(["A": Bool.random(using: &random), "yes": true])
    case .quantity: return .text(["64Ki", "1", "2.5M"].randomElement(using: &random) ?? "")
    case .pattern: return .text("a*=1,b=2")
    case .localMode:
      return ProxyConfiguration.Traffic.DetectLocalMode.allCases.randomElement(using: &random).map {
        .text($0.rawValue)
      }
    case .strings:
      return .list(
        [["10.200.0.0/16"], ["10.200.0.0/16", "fd00::/48"], ["primary"], []].randomElement(using: &random)
          ?? [])
    case .string where setting.key == "clusterCIDR": return .text("10.32.0.0/16,fd01::/48")
    case .string where setting.key == "logging.format": return .text("json")
    case .string where setting.key == "serviceNodePortRange": return .text("31000-32000")
    case .string where setting.key == "clientConnection.contentType": return .text("application/json")
    case .string: return words.randomElement(using: &random).map { .text($0) }
    case .proxyMode, .version: return nil
    }
  }
}
