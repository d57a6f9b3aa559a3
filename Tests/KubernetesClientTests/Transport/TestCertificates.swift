import Foundation
import NIOSSL
import Testing

@testable import KubernetesClient

/// The committed certificates: "authority", "server", "first-client", …
enum TestCertificates {
  static func path(_ name: String) throws -> String {
    let base = try #require(Bundle.module.resourcePath)
    return "\(base)/Fixtures/tls/\(name)"
  }

  static func pem(_ name: String) throws -> [UInt8] { try CredentialFile.read(path(name)) }

  /// A server that shows a certificate, and may ask for one of "authority".
  static func server(_ name: String = "server", asksClients: Bool = false) throws -> TLSConfiguration {
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: try NIOSSLCertificate.fromPEMBytes(pem("\(name).pem")).map { .certificate($0) },
      privateKey: .privateKey(try NIOSSLPrivateKey(bytes: pem("\(name).key"), format: .pem)))
    if asksClients {
      configuration.certificateVerification = .noHostnameVerification
      configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(pem("authority.pem")))
    }
    return configuration
  }

  static func item(_ field: String, _ file: String) throws -> CredentialItem {
    CredentialItem(field: field, source: .file(try path(file)))
  }
}
