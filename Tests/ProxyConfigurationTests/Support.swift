import Foundation
import Testing

@testable import ProxyConfiguration

/// Loads flags without a file, or with `--config /etc/config.conf` and this content.
func load(_ arguments: String..., file: String? = nil) throws -> Loaded {
  try load(arguments, file: file)
}

func load(_ arguments: [String], file: String? = nil) throws -> Loaded {
  let result = try ProxyConfiguration.load(
    arguments: (file == nil ? [] : ["--config", "/etc/config.conf"]) + arguments,
    readFile: { path in
      guard path == "/etc/config.conf", let file else { throw NoSuchFile() }
      return Array(file.utf8)
    })
  return Loaded(configuration: result.configuration, notices: result.notices)
}

struct Loaded {
  let configuration: ProxyConfiguration
  let notices: [ConfigurationNotice]

  var told: [String] { notices.map(\.description) }
}

/// What loading refuses, a line for each problem; empty when it refuses nothing.
func problems(_ arguments: String..., file: String? = nil) -> [String] {
  do {
    _ = try load(arguments, file: file)
    return []
  } catch let error as ConfigurationError {
    return error.problems.map(\.description)
  } catch {
    return ["\(error)"]
  }
}

struct NoSuchFile: Error, CustomStringConvertible {
  var description: String { "No such file or directory" }
}

/// kube-proxy's document with these lines behind its first two: the first of them is line 3.
func document(_ lines: String) -> String {
  "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n" + lines
}

func fixture(_ name: String) throws -> String {
  let base = try #require(Bundle.module.resourcePath)
  return String(decoding: try Data(contentsOf: URL(filePath: "\(base)/Fixtures/\(name)")), as: UTF8.self)
}
