import NIOSSL

/// Makes the TLS settings of a connection from PEM.
struct TLSConfigurationBuilder: Sendable {
  let access: ClusterAccess

  /// - Throws: AccessError that names the part which can't be used.
  func configuration(_ material: Credentials.TLSMaterial) throws(AccessError) -> TLSConfiguration {
    var configuration = TLSConfiguration.makeClientConfiguration()
    // As Go's default since 1.18, and so client-go's.
    configuration.minimumTLSVersion = .tlsv12
    if access.skipsVerification { configuration.certificateVerification = .none }
    if let authority = material.authority {
      configuration.trustRoots = .certificates(
        try certificates(authority, access.certificateAuthority?.field ?? "certificate-authority"))
    }
    guard let certificate = material.clientCertificate, let key = material.clientKey else {
      return configuration
    }
    configuration.certificateChain = try certificates(certificate, certificateField)
      .map(NIOSSLCertificateSource.certificate)
    do {
      configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: key, format: .pem))
    } catch {
      throw access.error(field: keyField, "is not a private key in PEM (one without a passphrase)")
    }
    // Finds out now whether the key belongs to the certificate, while the last good pair can stay in use.
    do { _ = try NIOSSLContext(configuration: configuration) } catch {
      throw access.error(field: keyField, "does not belong to the client certificate")
    }
    return configuration
  }

  /// When the client certificate ends, in seconds since 1970; nil without one.
  static func clientCertificateEnd(_ material: Credentials.TLSMaterial) -> Int64? {
    guard let pem = material.clientCertificate,
      let certificate = try? NIOSSLCertificate.fromPEMBytes(pem).first
    else { return nil }
    return Int64(certificate.notValidAfter)
  }

  private func certificates(_ pem: [UInt8], _ field: String) throws(AccessError) -> [NIOSSLCertificate] {
    let certificates = try? NIOSSLCertificate.fromPEMBytes(pem)
    guard let certificates, !certificates.isEmpty else {
      throw access.error(field: field, "has no certificate in PEM")
    }
    return certificates
  }

  private var isFromPlugin: Bool {
    if case .plugin = access.authentication { true } else { false }
  }

  private var certificateField: String {
    access.clientCertificate?.certificate.field ?? (isFromPlugin ? "exec" : "client-certificate")
  }

  private var keyField: String {
    access.clientCertificate?.key.field ?? (isFromPlugin ? "exec" : "client-key")
  }
}
