import Foundation
import NIOSSL

/// The certificates of the test authority. Made by Fixtures/make-certificates, good for a hundred years.
public enum TestCertificate: String, Sendable, CaseIterable {
  /// The authority that has signed all but `unknownClient`.
  case authority = "ca"
  /// For 127.0.0.1, ::1, localhost and kubernetes.default.svc.
  case server
  /// For the same names; its time was over in 2020.
  case expiredServer = "server-expired"
  /// For other.example.
  case wrongHostServer = "server-wrong-host"
  /// Common name system:kube-proxy.
  case client
  /// Like `client`, to take its place.
  case renewedClient = "client-renewed"
  /// Signed by an authority that the server doesn't know.
  case unknownClient = "client-unknown"

  /// The certificate's file, PEM.
  public var certificatePath: String { TestCertificate.folder + "/\(rawValue).crt" }

  /// The private key's file, PEM.
  public var keyPath: String { TestCertificate.folder + "/\(rawValue).key" }

  private static let folder = (Bundle.module.resourcePath ?? "") + "/Fixtures"
}

public struct TLSSettings: Sendable {
  public var certificate: TestCertificate
  /// Without a certificate of the test authority no client gets in.
  public var requiresClientCertificate: Bool

  public init(_ certificate: TestCertificate = .server, requiresClientCertificate: Bool = false) {
    self.certificate = certificate
    self.requiresClientCertificate = requiresClientCertificate
  }

  func configuration() throws -> TLSConfiguration {
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: try NIOSSLCertificate.fromPEMFile(certificate.certificatePath).map {
        .certificate($0)
      },
      privateKey: .privateKey(try NIOSSLPrivateKey(file: certificate.keyPath, format: .pem)))
    configuration.applicationProtocols = ["http/1.1"]
    if requiresClientCertificate {
      configuration.certificateVerification = .noHostnameVerification
      configuration.trustRoots = .file(TestCertificate.authority.certificatePath)
    }
    return configuration
  }
}
