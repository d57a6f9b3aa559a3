import Addressing
import CNetlink
import Glibc

/// The kernel's ipsets over one connection.
public final class SetClient {
  private let connection: NetlinkConnection
  private let version: UInt8
  private var revisions: [RevisionKey: UInt8] = [:]

  private struct RevisionKey: Hashable {
    var type: SetType
    var family: IPFamily
  }

  /// Agrees with the kernel on a protocol version: the lowest, which has all that is needed here.
  /// - Parameter connection: a connection of NETLINK_NETFILTER.
  /// - Throws: `refused` when the kernel has no ip_set.
  public init(_ connection: NetlinkConnection) throws(NetlinkError) {
    self.connection = connection
    let lowest = UInt8(IPSET_PROTOCOL_MIN)
    let answer = try connection.ask {
      SetRequest.protocolVersion.encode(into: &$0, protocolVersion: lowest)
    }
    version = max(lowest, try SetContent(answer).minimum)
  }

  /// Makes the sets.
  /// - Returns: one result each, in order: EEXIST where one of that name has other parameters.
  public func create(_ definitions: [SetDefinition]) throws(NetlinkError) -> [RequestResult] {
    var requests: [SetRequest] = []
    for definition in definitions {
      requests.append(.create(definition, revision: try revision(of: definition)))
    }
    return perform(requests)
  }

  /// - Returns: one result each, in order: ENOENT for what isn't there, IPSET_ERR_BUSY for what a rule still names.
  public func destroy(_ names: [String]) -> [RequestResult] { perform(names.map { .destroy(name: $0) }) }

  /// Names of all sets, whoever made them.
  public func names() throws(NetlinkError) -> [String] {
    try connection.dump([String]()) {
      SetRequest.listNames.encode(into: &$0, protocolVersion: version)
    } each: { (names, message) throws(NetlinkError) in
      names.append(try SetContent(message).name)
    }
  }

  /// The set's elements, or nil when there is no such set.
  public func elements(of name: String) throws(NetlinkError) -> [SetElement]? {
    do throws(NetlinkError) {
      // Only with NLM_F_ACK does the kernel say that a set is missing.
      return try connection.dump([SetElement](), flags: NLM_F_ACK) {
        SetRequest.list(name: name).encode(into: &$0, protocolVersion: version)
      } each: { (elements, message) throws(NetlinkError) in
        elements.append(contentsOf: try SetContent(message).elements)
      }
    } catch .refused(let errno, _) where errno == ENOENT {
      return nil
    }
  }

  private func perform(_ requests: [SetRequest]) -> [RequestResult] {
    connection.perform(requests.count) { requests[$0].encode(into: &$1, protocolVersion: version) }
  }

  /// What the kernel and every ipset(8) 7.x both know.
  private func revision(of definition: SetDefinition) throws(NetlinkError) -> UInt8 {
    let key = RevisionKey(type: definition.type, family: definition.family)
    if let known = revisions[key] { return known }
    let answer = try SetContent(
      connection.ask {
        SetRequest.type(key.type, family: key.family).encode(into: &$0, protocolVersion: version)
      })
    let revision = max(answer.minimum, min(answer.revision, key.type.highestRevision))
    revisions[key] = revision
    return revision
  }

  // MARK: Elements

  /// Carries out the changes: consecutive ones of the same set and verb in one message. The kernel stops a message at
  /// its first failing element; those behind it are sent again.
  /// - Returns: one result each, in order.
  public func apply(_ changes: [SetChange]) -> [RequestResult] {
    var results = [RequestResult](repeating: .done, count: changes.count)
    var start = 0
    while start < changes.count {
      let end = SetChange.endOfRound(changes, from: start)
      var pending = SetChange.groups(changes, start..<end)
      while !pending.isEmpty {
        let answers = perform(pending.map { $0.request(of: changes) })
        pending = zip(pending, answers).flatMap { $0.take($1, into: &results) }
      }
      start = end
    }
    return results
  }
}
