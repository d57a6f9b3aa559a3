import Kubernetes
import KubernetesClient
import KubernetesWire
import Logging
import Monitoring
import ProxyConfiguration
import Reconciler

/// The way to the cluster, for as long as the process runs.
struct ClusterConnection: Sendable {
  let access: ClusterAccess
  let transport: MeteredTransport
  let source: ClusterSource
  let recorder: EventRecorder

  /// Opens the connection for as long as the body runs.
  /// - Throws: FatalError when the way to the API server isn't known, and what the body throws.
  static func with<Result>(
    _ configuration: ProxyConfiguration, metrics: SourceMetrics, logger: Logger,
    _ body: (ClusterConnection) async throws -> Result
  ) async throws -> Result {
    let connection: ClusterConnection
    do throws(AccessError) {
      connection = try ClusterConnection(configuration, metrics: metrics, logger: logger)
    } catch {
      throw FatalError(.failure, "\(error)")
    }
    do {
      let result = try await body(connection)
      await connection.transport.shutdown()
      return result
    } catch {
      await connection.transport.shutdown()
      throw error
    }
  }

  private init(
    _ configuration: ProxyConfiguration, metrics: SourceMetrics, logger: Logger
  ) throws(AccessError) {
    let client = configuration.client
    access = try ClusterAccess.resolve(kubeconfig: client.kubeconfig, master: client.master)
    for warning in access.warnings { logger.warning("\(warning)") }
    logger.info("API server: \(access.server)")
    let tell: @Sendable (String) -> Void = { logger.warning("\($0)") }
    transport = MeteredTransport(
      HTTPTransport(
        CredentialSource(access, tell: tell), version: Version.current,
        limit: RequestLimit(qps: client.qps, burst: client.burst), tell: tell),
      host: "\(access.server.host):\(access.server.port)", metrics: metrics)
    source = ClusterSource(
      ClusterConfiguration(nodeName: configuration.nodeName, formats: client.formats),
      transport: transport)
    recorder = EventRecorder(transport, nodeName: configuration.nodeName, tell: tell)
  }

  /// Refuses to begin where the API server's only known address is one that this program would have to serve first.
  func requireReachable() async throws {
    do throws(AccessError) {
      try await access.requireReachable(over: transport)
    } catch {
      throw FatalError(.failure, "\(error)")
    }
  }

  /// Everything there is, read once, for a run that ends.
  /// - Throws: FatalError when it can't be had in time.
  func readOnce(within limit: Duration = .seconds(60), log: @escaping @Sendable (SourceEvent) -> Void)
    async throws -> InputBatch
  {
    try await withThrowingTaskGroup(of: InputBatch?.self) { group in
      group.addTask {
        await source.run()
        return nil
      }
      group.addTask {
        while let update = await source.next() {
          update.events.forEach(log)
          if let batch = update.batch { return batch }
        }
        return nil
      }
      group.addTask {
        try await Task.sleep(for: limit)
        return nil
      }
      defer { group.cancelAll() }
      guard let batch = try await group.next() ?? nil else {
        throw FatalError(
          .failure,
          "the Services and EndpointSlices of \(access.server) could not be read within \(limit.components.seconds) s"
        )
      }
      return batch
    }
  }
}

extension ProxyConfiguration.ClientConnection {
  /// In order of preference: protobuf unless only JSON is wanted.
  var formats: [WireFormat] {
    let wanted = acceptContentTypes.isEmpty ? contentType : acceptContentTypes
    let formats = wanted.split(separator: ",").compactMap { WireFormat(contentType: String($0)) }
    return formats.isEmpty || formats.contains(.protobuf) ? [.protobuf, .json] : [.json]
  }
}
