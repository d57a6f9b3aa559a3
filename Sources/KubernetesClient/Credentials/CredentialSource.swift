/// Reads files and runs the plugin that a `ClusterAccess` names, each time a request needs credentials.
///
/// Files are read anew for each request, of which there are few: what the kubelet or an operator replaces is in force
/// with the next one, no restart and no clock is needed. A file that can't be read for a while leaves its last content in
/// force. A plugin's answer is kept until it expires or the server refuses it.
public actor CredentialSource {
  public nonisolated let access: ClusterAccess
  private let host: HostAccess
  private let tell: @Sendable (String) -> Void
  private var lastGood: [CredentialItem: [UInt8]] = [:]
  /// Files whose last content is in force, so that each failure is told once.
  private var failing: Set<CredentialItem> = []
  private var pluginAnswer: ExecCredential.Answer?
  private var pluginRun: Task<Result<ExecCredential.Answer, AccessError>, Never>?

  /// A plugin's credentials are renewed this long before they expire, so that a request isn't late.
  static let expiryMargin: Int64 = 10_000_000_000

  /// - Parameters:
  ///   - access: The way to the API server.
  ///   - host: The machine.
  ///   - tell: Gets a sentence when a file can't be read again, and one when it can.
  public init(
    _ access: ClusterAccess, host: HostAccess = .live, tell: @escaping @Sendable (String) -> Void
  ) {
    self.access = access
    self.host = host
    self.tell = tell
  }

  /// What a request takes along now.
  ///
  /// - Throws: AccessError if a file could never be read, or the plugin failed.
  public func current() async throws(AccessError) -> Credentials {
    var tls = Credentials.TLSMaterial()
    tls.authority = try access.certificateAuthority.map { item throws(AccessError) in try content(item) }
    if let certificate = access.clientCertificate {
      tls.clientCertificate = try content(certificate.certificate)
      tls.clientKey = try content(certificate.key)
    }
    switch access.authentication {
    case .none: return Credentials(tls: tls)
    case .token(let token): return Credentials(authorization: Credentials.bearer(token), tls: tls)
    case .tokenFile(let item, let fallback):
      return Credentials(authorization: Credentials.bearer(try token(item, fallback: fallback)), tls: tls)
    case .basic(let username, let password):
      return Credentials(authorization: Credentials.basic(username: username, password: password), tls: tls)
    case .plugin(let plugin):
      let answer = try await pluginCredentials(plugin, authority: tls.authority)
      if let certificate = answer.clientCertificate {
        tls.clientCertificate = certificate
        tls.clientKey = answer.clientKey
      }
      return Credentials(authorization: answer.token.map(Credentials.bearer), tls: tls)
    }
  }

  /// The server answered 401 to these: if they are still in use, a plugin runs again for the next request.
  public func refused(_ credentials: Credentials) {
    guard let answer = pluginAnswer, credentials.authorization == answer.token.map(Credentials.bearer),
      answer.clientCertificate == nil || credentials.tls.clientCertificate == answer.clientCertificate
    else { return }
    pluginAnswer = nil
  }

  private func content(_ item: CredentialItem) throws(AccessError) -> [UInt8] {
    guard case .file(let path) = item.source else {
      guard case .content(let bytes) = item.source else { return [] }
      return bytes
    }
    do {
      let bytes = try host.readFile(path)
      guard !bytes.isEmpty else { throw HostError("it is empty") }
      lastGood[item] = bytes
      if failing.remove(item) != nil { tell("\(item.field): \(path) can be read again") }
      return bytes
    } catch {
      guard let bytes = lastGood[item] else {
        throw access.error(field: item.field, "can't read \(path): \(error)")
      }
      if failing.insert(item).inserted {
        tell("\(item.field): can't read \(path): \(error); its last content stays in use")
      }
      return bytes
    }
  }

  private func token(_ item: CredentialItem, fallback: String?) throws(AccessError) -> String {
    let bytes: [UInt8]
    do { bytes = try content(item) } catch {
      guard let fallback else { throw error }
      return fallback
    }
    let isPrintable = { (byte: UInt8) in byte > 0x20 && byte < 0x7F }
    let token = Array(bytes.drop { !isPrintable($0) }.reversed().drop { !isPrintable($0) }.reversed())
    guard !token.isEmpty, token.allSatisfy(isPrintable) else {
      throw access.error(field: item.field, "its content is no token: one word of printable ASCII is")
    }
    return String(decoding: token, as: UTF8.self)
  }

  /// The plugin's answer, from memory while it holds. Requests at the same time wait for one run.
  private func pluginCredentials(
    _ plugin: ExecPlugin, authority: [UInt8]?
  ) async throws(AccessError) -> ExecCredential.Answer {
    if let answer = pluginAnswer,
      answer.expiresAt.map({ $0 - Self.expiryMargin > host.now() }) ?? true
    {
      return answer
    }
    let run =
      pluginRun
      ?? Task { [access, host] in
        await Self.run(plugin, for: access, authority: authority, host: host)
      }
    pluginRun = run
    let result = await run.value
    if pluginRun == run {
      pluginRun = nil
      pluginAnswer = try? result.get()
    }
    return try result.get()
  }

  private static func run(
    _ plugin: ExecPlugin, for access: ClusterAccess, authority: [UInt8]?, host: HostAccess
  ) async -> Result<ExecCredential.Answer, AccessError> {
    do {
      let command = try ExecCredential.command(plugin, for: access, authority: authority)
      return .success(try ExecCredential.answer(try await host.run(command), to: plugin))
    } catch let error as HostError {
      let hint = error.isMissing ? plugin.installHint.map { " (\($0))" } ?? "" : ""
      return .failure(access.error(field: "exec", "\(plugin.command): \(error)\(hint)"))
    } catch {
      return .failure(access.error(field: "exec", "\(plugin.command): \(error)"))
    }
  }
}
