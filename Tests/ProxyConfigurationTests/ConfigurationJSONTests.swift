import Foundation
import ProxyConfiguration
import Testing

/// The configuration as /configz tells it.
@Suite struct ConfigurationJSONTests {
  private func documents(_ arguments: [String]) throws -> [String: [String: Any]] {
    let configuration = try ProxyConfiguration.load(arguments: arguments) { _ in [] }.configuration
    let json = try JSONSerialization.jsonObject(with: Data(configuration.jsonText.utf8))
    return try #require(json as? [String: [String: Any]])
  }

  @Test func everyFieldStandsAtItsPlace() throws {
    let documents = try documents([
      "--cluster-cidr=10.244.0.0/16", "--conntrack-min=7", "--kube-api-qps=2.5", "--ipvs-strict-arp",
      "--nodeport-addresses=10.0.0.0/8,fd00::/8", "--feature-gates=A=true,B=false", "--drain-timeout=5m",
      "--vmodule=loop*=4",
    ])
    let kubeProxy = try #require(documents["kubeproxy.config.k8s.io"])
    #expect(kubeProxy["kind"] as? String == "KubeProxyConfiguration")
    #expect(kubeProxy["clusterCIDR"] as? String == "10.244.0.0/16")
    #expect((kubeProxy["conntrack"] as? [String: Any])?["min"] as? Int == 7)
    #expect((kubeProxy["clientConnection"] as? [String: Any])?["qps"] as? Double == 2.5)
    #expect((kubeProxy["ipvs"] as? [String: Any])?["strictARP"] as? Bool == true)
    #expect(kubeProxy["nodePortAddresses"] as? [String] == ["10.0.0.0/8", "fd00::/8"])
    #expect(kubeProxy["featureGates"] as? [String: Bool] == ["A": true, "B": false])
    let logging = kubeProxy["logging"] as? [String: Any]
    let patterns = try #require(logging?["vmodule"] as? [[String: Any]])
    #expect(patterns.first?["filePattern"] as? String == "loop*")
    #expect(patterns.first?["verbosity"] as? Int == 4)
    #expect(documents["ipvs-proxy.io"]?["drainTimeout"] as? String == "5m0s")
  }

  @Test func textIsEscaped() throws {
    let name = "a\"b\\c"
    let documents = try documents(["--hostname-override=\(name)"])
    #expect(documents["kubeproxy.config.k8s.io"]?["hostnameOverride"] as? String == name)
  }
}
