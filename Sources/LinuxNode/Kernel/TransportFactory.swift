import Netlink

/// Opens a transport of that netlink family: a socket, or a test's double. Called on the thread that will use it.
public typealias TransportFactory =
  @Sendable (NetlinkSocket.Family) throws(NetlinkError) -> any NetlinkTransport

/// A client over a connection that is opened when first needed, and anew after its socket has failed.
struct Reopening<Client> {
  private var client: Client?
  private let open: () throws(NetlinkError) -> Client

  init(_ open: @escaping () throws(NetlinkError) -> Client) { self.open = open }

  mutating func get() throws(NetlinkError) -> Client {
    if let client { return client }
    let fresh = try open()
    client = fresh
    return fresh
  }

  mutating func close() { client = nil }

  /// Runs `body` with the client.
  mutating func with<R>(_ body: (Client) throws(NetlinkError) -> R) throws(NetlinkError) -> R {
    do throws(NetlinkError) {
      return try body(try get())
    } catch {
      if error.isFatalForSocket { close() }
      throw error
    }
  }

  /// A batch: where there is no connection, every request has failed the same way.
  mutating func batch(_ count: Int, _ body: (Client) -> [RequestResult]) -> [RequestResult] {
    do throws(NetlinkError) {
      let results = body(try get())
      if results.contains(where: \.isFatalForSocket) { close() }
      return results
    } catch {
      return [RequestResult](repeating: .failed(error), count: count)
    }
  }
}

extension RequestResult {
  fileprivate var isFatalForSocket: Bool {
    switch self {
    case .failed(let error), .unknown(let error): error.isFatalForSocket
    case .done, .refused: false
    }
  }

  /// The kernel's error number where the kernel said no.
  var refusedErrno: Int32? { refusal?.errno }
}
