import Addressing
import CNetlink

/// A request of the IPVS family (linux/ip_vs.h). Flushing is left out on purpose: others may own services too.
public enum IPVSRequest: Hashable, Sendable {
  case newService(IPVSService)
  case setService(IPVSService)
  case deleteService(IPVSServiceKey)
  case dumpServices
  case newDestination(IPVSDestination, of: IPVSServiceKey)
  case setDestination(IPVSDestination, of: IPVSServiceKey)
  case deleteDestination(IPVSDestination, of: IPVSServiceKey)
  case dumpDestinations(of: IPVSServiceKey)
  case setTimeouts(IPVSTimeouts)
  case getTimeouts

  var command: Int {
    switch self {
    case .newService: IPVS_CMD_NEW_SERVICE
    case .setService: IPVS_CMD_SET_SERVICE
    case .deleteService: IPVS_CMD_DEL_SERVICE
    case .dumpServices: IPVS_CMD_GET_SERVICE
    case .newDestination: IPVS_CMD_NEW_DEST
    case .setDestination: IPVS_CMD_SET_DEST
    case .deleteDestination: IPVS_CMD_DEL_DEST
    case .dumpDestinations: IPVS_CMD_GET_DEST
    case .setTimeouts: IPVS_CMD_SET_CONFIG
    case .getTimeouts: IPVS_CMD_GET_CONFIG
    }
  }

  /// Appends the request as one message to the family that the kernel gave this number.
  public func encode(into builder: inout MessageBuilder, family: UInt16) {
    let message = builder.beginGeneric(family, command: command, version: IPVS_GENL_VERSION)
    switch self {
    case .newService(let service), .setService(let service):
      Self.nest(IPVS_CMD_ATTR_SERVICE, &builder) { service.encode(into: &$0) }
    case .deleteService(let key):
      Self.nest(IPVS_CMD_ATTR_SERVICE, &builder) { key.encode(into: &$0) }
    case .dumpDestinations(let key):
      Self.nest(IPVS_CMD_ATTR_SERVICE, &builder) { key.encode(into: &$0) }
    case .newDestination(let destination, let key), .setDestination(let destination, let key):
      Self.nest(IPVS_CMD_ATTR_SERVICE, &builder) { key.encode(into: &$0) }
      Self.nest(IPVS_CMD_ATTR_DEST, &builder) { destination.encode(into: &$0) }
    case .deleteDestination(let destination, let key):
      Self.nest(IPVS_CMD_ATTR_SERVICE, &builder) { key.encode(into: &$0) }
      Self.nest(IPVS_CMD_ATTR_DEST, &builder) { destination.encodeKey(into: &$0) }
    case .setTimeouts(let timeouts): timeouts.encode(into: &builder)
    case .dumpServices, .getTimeouts: break
    }
    builder.endMessage(message)
  }

  private static func nest(
    _ type: Int, _ builder: inout MessageBuilder, _ body: (inout MessageBuilder) -> Void
  ) {
    let mark = builder.beginNested(type)
    body(&builder)
    builder.endNested(mark)
  }

  /// The request that a message of the IPVS family holds.
  public init(_ message: Message) throws(NetlinkError) {
    let command = Int(try message.byte(at: 0))
    let attributes = try message.attributes(after: CNL_GENL_HDRLEN)
    let content = try IPVSContent(attributes)
    switch command {
    case IPVS_CMD_NEW_SERVICE: self = .newService(try content.requireService())
    case IPVS_CMD_SET_SERVICE: self = .setService(try content.requireService())
    case IPVS_CMD_DEL_SERVICE: self = .deleteService(try content.requireService().key)
    case IPVS_CMD_GET_SERVICE: self = .dumpServices
    case IPVS_CMD_NEW_DEST:
      self = .newDestination(try content.requireDestination(), of: try content.requireService().key)
    case IPVS_CMD_SET_DEST:
      self = .setDestination(try content.requireDestination(), of: try content.requireService().key)
    case IPVS_CMD_DEL_DEST:
      self = .deleteDestination(try content.requireDestination(), of: try content.requireService().key)
    case IPVS_CMD_GET_DEST: self = .dumpDestinations(of: try content.requireService().key)
    case IPVS_CMD_SET_CONFIG: self = .setTimeouts(try IPVSTimeouts(attributes))
    case IPVS_CMD_GET_CONFIG: self = .getTimeouts
    default: throw .malformed("IPVS command \(command)")
    }
  }
}

/// The two nested attributes that IPVS messages carry.
struct IPVSContent {
  var service: IPVSService?
  var destination: IPVSDestination?

  init(_ attributes: AttributeReader) throws(NetlinkError) {
    var attributes = attributes
    var nestedDestination: AttributeReader?
    while let attribute = try attributes.next() {
      switch attribute.type {
      case IPVS_CMD_ATTR_SERVICE: service = try IPVSService(attribute.nested())
      case IPVS_CMD_ATTR_DEST: nestedDestination = attribute.nested()
      default: break
      }
    }
    if let nestedDestination {
      destination = try IPVSDestination(nestedDestination, serviceFamily: service?.key.family ?? .ipv4)
    }
  }

  func requireService() throws(NetlinkError) -> IPVSService {
    guard let service else { throw .malformed("IPVS message without service") }
    return service
  }

  func requireDestination() throws(NetlinkError) -> IPVSDestination {
    guard let destination else { throw .malformed("IPVS message without destination") }
    return destination
  }
}
