import Addressing
import CNetlink
import Glibc

/// A request of ipset (linux/netfilter/ipset/ip_set.h) over NETLINK_NETFILTER.
public enum SetRequest: Hashable, Sendable {
  /// Which protocol versions the kernel speaks.
  case protocolVersion
  /// Which revisions of a type the kernel has; loads the type's module where the kernel can.
  case type(SetType, family: IPFamily)
  /// Making a set that is there with the same parameters is no error; with others it is EEXIST.
  case create(SetDefinition, revision: UInt8)
  case destroy(name: String)
  /// The two sets change names, in one step; rules that name one go on to match that name. They must have the same
  /// type and family.
  case swap(String, String)
  /// Elements that are there already are no error. The kernel stops at the first that fails.
  case add([SetElement], to: String)
  /// Elements that are not there are no error.
  case delete([SetElement], from: String)
  /// The set's elements; ENOENT without the set.
  case list(name: String)
  /// Name, type and parameters of every set.
  case listHeaders

  /// Most elements per message: at 84 bytes for the longest they stay below the 64 KiB of one attribute.
  public static let elementsPerMessage = 512

  public func encode(into builder: inout MessageBuilder, protocolVersion: UInt8) {
    let mark = builder.beginMessage(type: type, flags: 0)
    builder.put(UInt8(AF_INET))
    builder.put(UInt8(NFNETLINK_V0))
    builder.put(UInt16(0))
    builder.put(IPSET_ATTR_PROTOCOL, u8: protocolVersion)
    switch self {
    case .protocolVersion: break
    case .type(let type, let family):
      builder.put(IPSET_ATTR_TYPENAME, string: type.rawValue)
      builder.put(IPSET_ATTR_FAMILY, u8: SetDefinition("", type, family: family).familyNumber)
    case .create(let definition, let revision): definition.encode(into: &builder, revision: revision)
    case .destroy(let name), .list(let name): builder.put(IPSET_ATTR_SETNAME, string: name)
    case .add(let elements, let name), .delete(let elements, let name):
      builder.put(IPSET_ATTR_SETNAME, string: name)
      Self.encode(elements, into: &builder)
    case .swap(let name, let other):
      builder.put(IPSET_ATTR_SETNAME, string: name)
      builder.put(IPSET_ATTR_SETNAME2, string: other)
    case .listHeaders: builder.put(IPSET_ATTR_FLAGS, netOrder: UInt32(IPSET_FLAG_LIST_HEADER.rawValue))
    }
    builder.endMessage(mark)
  }

  /// The kernel writes the number of the line that failed over the first IPSET_ATTR_LINENO in its echo, so 0 there
  /// means that it refused the message as a whole. Lines count from 1.
  private static func encode(_ elements: [SetElement], into builder: inout MessageBuilder) {
    builder.put(IPSET_ATTR_LINENO, netOrder: UInt32(0))
    let all = builder.beginNested(IPSET_ATTR_ADT)
    for (index, element) in elements.enumerated() {
      let data = builder.beginNested(IPSET_ATTR_DATA)
      element.encode(into: &builder)
      builder.put(IPSET_ATTR_LINENO, netOrder: UInt32(index + 1))
      builder.endNested(data)
    }
    builder.endNested(all)
  }

  private var type: UInt16 {
    let command =
      switch self {
      case .protocolVersion: IPSET_CMD_PROTOCOL
      case .type: IPSET_CMD_TYPE
      case .create: IPSET_CMD_CREATE
      case .destroy: IPSET_CMD_DESTROY
      case .add: IPSET_CMD_ADD
      case .delete: IPSET_CMD_DEL
      case .swap: IPSET_CMD_SWAP
      case .list, .listHeaders: IPSET_CMD_LIST
      }
    return UInt16(NFNL_SUBSYS_IPSET) << 8 | UInt16(command.rawValue)
  }

  /// The request that a message of the ipset subsystem holds.
  public init(_ message: Message) throws(NetlinkError) {
    let content = try SetContent(message)
    var elements = content.elements
    if elements.isEmpty, let data = content.data, [IPSET_CMD_ADD, IPSET_CMD_DEL].contains(message.setCommand)
    {
      elements = [try SetElement(data)]
    }
    switch message.setCommand {
    case IPSET_CMD_PROTOCOL: self = .protocolVersion
    case IPSET_CMD_TYPE:
      guard let type = SetType(rawValue: content.typeName) else {
        throw .malformed("set type \(content.typeName)")
      }
      self = .type(type, family: content.family == UInt8(AF_INET6) ? .ipv6 : .ipv4)
    case IPSET_CMD_CREATE:
      guard let definition = try SetDefinition(content) else {
        throw .malformed("set type \(content.typeName)")
      }
      self = .create(definition, revision: content.revision)
    case IPSET_CMD_DESTROY: self = .destroy(name: content.name)
    case IPSET_CMD_ADD: self = .add(elements, to: content.name)
    case IPSET_CMD_DEL: self = .delete(elements, from: content.name)
    case IPSET_CMD_SWAP: self = .swap(content.name, content.typeName)
    case IPSET_CMD_LIST: self = content.name.isEmpty ? .listHeaders : .list(name: content.name)
    default: throw .malformed("netfilter message of type \(message.type)")
    }
  }
}

extension Message {
  /// The ipset command of a netfilter message; IPSET_CMD_NONE for other subsystems.
  fileprivate var setCommand: ipset_cmd {
    type >> 8 == UInt16(NFNL_SUBSYS_IPSET) ? ipset_cmd(rawValue: UInt32(type & 0xff)) : IPSET_CMD_NONE
  }
}
