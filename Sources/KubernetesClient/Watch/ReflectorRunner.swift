import KubernetesWire
import NIOCore
import Reconciler

/// What a reflector hands on after each piece of an answer.
struct ReflectorDelivery: Sendable {
  var changes: [ObjectChange]
  var events: [SourceEvent]
  var status: ResourceStatus
}

/// Sends a reflector's requests, reads the answers piece by piece and hands on what they bring.
actor ReflectorRunner {
  private let transport: any APITransport
  private let formats: [WireFormat]
  private let time: any TimeSource
  private let random: @Sendable () -> Double
  private let deliver: @Sendable (ReflectorDelivery) async -> Void
  private var reflector: Reflector

  /// How much of a refusal's body is read.
  private static let longestRefusal = 64 << 10

  init(
    _ resource: WatchedResource, transport: any APITransport, formats: [WireFormat], time: any TimeSource,
    random: @escaping @Sendable () -> Double, deliver: @escaping @Sendable (ReflectorDelivery) async -> Void
  ) {
    self.transport = transport
    self.formats = formats
    self.time = time
    self.random = random
    self.deliver = deliver
    reflector = Reflector(resource, now: time.now(), jitter: random())
  }

  /// Runs until the task is cancelled.
  func run() async {
    while !Task.isCancelled {
      if reflector.nextAttempt > time.now() {
        guard (try? await time.sleep(until: reflector.nextAttempt)) != nil else { return }
      }
      await exchange()
      await handOn()
    }
  }

  private enum Outcome: Sendable {
    case ended
    case failed(ReflectorFailure)
    /// The reflector has had enough: it knows what comes next.
    case stopped
    case cancelled
  }

  /// One request with its answer.
  private func exchange() async {
    let request = reflector.begin()
    let silence = SilenceGuard(time: time, limit: reflector.longestSilence)
    let outcome = await withTaskGroup(of: Outcome.self) { group in
      group.addTask { await self.read(request, silence) }
      group.addTask {
        guard (try? await silence.wait()) != nil else { return .cancelled }
        return .failed(.silent(silence.limit))
      }
      let first = await group.next() ?? .cancelled
      group.cancelAll()
      return first
    }
    guard !Task.isCancelled else { return }
    switch outcome {
    case .ended: reflector.ended(at: time.now(), jitter: random())
    case .failed(let failure): reflector.failed(failure, at: time.now(), jitter: random())
    case .stopped, .cancelled: break
    }
  }

  private func read(_ request: ReflectorRequest, _ silence: SilenceGuard) async -> Outcome {
    do throws(TransportError) {
      let response = try await transport.send(apiRequest(request))
      return response.status == 200
        ? await read(response, request, silence) : await refusal(response)
    } catch {
      return Task.isCancelled ? .cancelled : .failed(.transport(error))
    }
  }

  private func read(_ response: APIResponse, _ request: ReflectorRequest, _ silence: SilenceGuard) async
    -> Outcome
  {
    guard let format = WireFormat(contentType: response.contentType) else {
      return .failed(.malformed("content type \"\(response.contentType)\""))
    }
    var decoder = AnswerDecoder(reflector.resource.kind, format, isStream: request.isStream)
    reflector.opened(format, at: time.now())
    await handOn()
    silence.extend(to: reflector.longestSilence)
    do {
      for try await chunk in response.body {
        decoder.append(chunk)
        while let message = try decoder.next() {
          guard take(message) else { return .stopped }
        }
        silence.extend(to: reflector.longestSilence)
        await handOn()
      }
      if Task.isCancelled { return .cancelled }
      if let last = try decoder.finish(), !take(last) { return .stopped }
      return .ended
    } catch {
      return Task.isCancelled ? .cancelled : .failed(Self.failure(error, response))
    }
  }

  /// Whether to read on.
  private func take(_ message: AnswerMessage) -> Bool {
    reflector.take(message, at: time.now(), jitter: random())
  }

  private func refusal(_ response: APIResponse) async -> Outcome {
    var body = ByteBuffer()
    do {
      for try await chunk in response.body where body.readableBytes < Self.longestRefusal {
        body.writeImmutableBuffer(chunk)
      }
    } catch {
      // The status alone says enough.
    }
    if Task.isCancelled { return .cancelled }
    return .failed(.refused(Refusal(response, body: body.readableBytesView)))
  }

  private func handOn() async {
    let output = reflector.takeOutput()
    await deliver(
      ReflectorDelivery(changes: output.changes, events: output.events, status: reflector.status))
  }

  private func apiRequest(_ request: ReflectorRequest) -> APIRequest {
    let accepted = reflector.server.wantsJSON ? [.json] : formats
    return request.apiRequest(
      reflector.resource, withFieldSelector: !reflector.server.refusesFieldSelector,
      accept: accepted.map(\.mediaType).joined(separator: ", "),
      // Spread, so that a cluster's watches don't end together.
      timeout: .seconds(300) + .seconds(300) * random())
  }

  private static func failure(_ error: any Error, _ response: APIResponse) -> ReflectorFailure {
    switch error {
    case let error as TransportError: .transport(error)
    case let error as WireError: error.kind == .truncated ? .endedEarly : .malformed(error.description)
    default: .malformed("\(error)")
    }
  }
}
