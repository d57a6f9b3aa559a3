import Addressing
import CNetlink
import Glibc
import Netlink

/// The sets' part of the model.
extension KernelModel {
  mutating func perform(_ request: SetRequest, refuseElement: (SetElement) -> Int32?) -> Reply {
    switch request {
    case .protocolVersion, .type:
      return .answer(type: UInt16(NFNL_SUBSYS_IPSET) << 8, payload: Self.versions)
    case .create(let definition, _):
      if let known = definitions[definition.name] {
        return known.isSame(as: definition) ? .done : .refused(EEXIST)
      }
      definitions[definition.name] = definition
      sets[definition.name] = []
    case .destroy(let name):
      definitions[name] = nil
      if sets.removeValue(forKey: name) == nil { return .refused(ENOENT) }
    case .add(let elements, let name):
      let maximum = definitions[name].map { $0.type == .bitmapPort ? .max : Int($0.maximumElements) } ?? .max
      return change(name, elements, refuseElement) { set, element in
        if set.count >= maximum, !set.contains(element) { return SetError.hashFull }
        set.insert(element)
        return nil
      }
    case .delete(let elements, let name):
      return change(name, elements, refuseElement) { set, element in
        set.remove(element)
        return nil
      }
    case .swap(let name, let other): return swap(name, other)
    case .listHeaders: return Self.listing(definitions.values.map(header))
    case .list(let name):
      guard let set = sets[name] else { return .refused(ENOENT) }
      let all = Array(set)
      let header = definitions[name].map { [SetRequest.create($0, revision: 0)] } ?? []
      let rows =
        header
        + stride(from: 0, to: all.count, by: 400).map {
          .add(Array(all[$0..<min($0 + 400, all.count)]), to: name)
        }
      return Self.listing(rows.map { row in Frame.payload { row.encode(into: &$0, protocolVersion: 6) } })
    }
    return .done
  }

  private mutating func change(
    _ name: String, _ elements: [SetElement], _ refuseElement: (SetElement) -> Int32?,
    _ apply: (inout Set<SetElement>, SetElement) -> Int32?
  ) -> Reply {
    guard var set = sets.removeValue(forKey: name) else { return .refused(ENOENT) }
    defer { sets[name] = set }
    for (index, element) in elements.enumerated() {
      if let errno = refuseElement(element) ?? apply(&set, element) {
        return .refusedAtLine(errno, UInt32(index + 1))
      }
    }
    return .done
  }

  private static func listing(_ payloads: [[UInt8]]) -> Reply {
    .table(type: UInt16(NFNL_SUBSYS_IPSET) << 8 | UInt16(IPSET_CMD_LIST.rawValue), payloads: payloads)
  }

  /// As the kernel tells of a set: how many elements it has stands among its parameters.
  private func header(_ definition: SetDefinition) -> [UInt8] {
    var builder = MessageBuilder(capacity: 256)
    builder.put(UInt32(0))
    builder.put(IPSET_ATTR_SETNAME, string: definition.name)
    builder.put(IPSET_ATTR_TYPENAME, string: definition.type.rawValue)
    builder.put(IPSET_ATTR_FAMILY, u8: UInt8(definition.family == .ipv6 ? AF_INET6 : AF_INET))
    let data = builder.beginNested(IPSET_ATTR_DATA)
    if definition.type != .bitmapPort {
      builder.put(IPSET_ATTR_HASHSIZE, bigEndian: definition.hashSize)
      builder.put(IPSET_ATTR_MAXELEM, bigEndian: definition.maximumElements)
    }
    if tellsElements {
      builder.put(IPSET_ATTR_ELEMENTS, bigEndian: UInt32(sets[definition.name]?.count ?? 0))
    }
    builder.endNested(data)
    return builder.bytes
  }

  /// Protocol versions 6 to 7, type revisions 0 to 8.
  private static var versions: [UInt8] {
    var builder = MessageBuilder(capacity: 64)
    builder.put(UInt32(0))
    builder.put(IPSET_ATTR_PROTOCOL, u8: 7)
    builder.put(IPSET_ATTR_REVISION, u8: 8)
    builder.put(IPSET_ATTR_REVISION_MIN, u8: 0)
    return builder.bytes
  }

  private mutating func swap(_ name: String, _ other: String) -> Reply {
    guard var one = definitions[name], var two = definitions[other] else { return .refused(ENOENT) }
    guard one.type == two.type, one.family == two.family else { return .refused(SetError.typeMismatch) }
    (one.name, two.name) = (other, name)
    (definitions[name], definitions[other]) = (two, one)
    (sets[name], sets[other]) = (sets[other], sets[name])
    return .done
  }
}

extension SetDefinition {
  /// As the kernel compares them: a set of ports has neither family nor sizes, and buckets don't count.
  fileprivate func isSame(as other: SetDefinition) -> Bool {
    guard name == other.name, type == other.type else { return false }
    return type == .bitmapPort || (family == other.family && maximumElements == other.maximumElements)
  }
}
