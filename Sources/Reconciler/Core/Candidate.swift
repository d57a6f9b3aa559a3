import Addressing

extension EndpointSelection {
  /// An endpoint of the port, with what decides about it: numbers only, so that sorting them counts no references.
  struct Candidate {
    let id: RealServerID
    let weight: UInt32
    /// Where its endpoint is: the slice's place in the list, and the endpoint's in the slice.
    let slice: UInt32
    let index: UInt32
    var traits: Traits

    struct Traits: OptionSet {
      let rawValue: UInt8

      static let ready = Traits(rawValue: 1)
      static let serving = Traits(rawValue: 2)
      static let terminating = Traits(rawValue: 4)
      /// On this node.
      static let local = Traits(rawValue: 8)
      /// With hints, whichever they are.
      static let hintedToNodes = Traits(rawValue: 16)
      static let hintedToThisNode = Traits(rawValue: 32)
      static let hintedToZones = Traits(rawValue: 64)
      static let hintedToThisZone = Traits(rawValue: 128)
    }

    init(id: RealServerID, weight: UInt32, slice: Int, index: Int) {
      self.id = id
      self.weight = weight
      self.slice = UInt32(slice)
      self.index = UInt32(index)
      traits = []
    }

    mutating func noteConditions(isReady: Bool, isServing: Bool, isTerminating: Bool) {
      if isReady { traits.insert(.ready) }
      if isServing { traits.insert(.serving) }
      if isTerminating { traits.insert(.terminating) }
    }

    mutating func noteHints(of endpoint: EndpointInput, nodeName: String, zone: String?) {
      if !endpoint.nodeHints.isEmpty { traits.insert(.hintedToNodes) }
      if endpoint.nodeHints.contains(nodeName) { traits.insert(.hintedToThisNode) }
      if !endpoint.zoneHints.isEmpty { traits.insert(.hintedToZones) }
      if let zone, endpoint.zoneHints.contains(zone) { traits.insert(.hintedToThisZone) }
    }

    /// It shuts down but still serves: it gets connections where no endpoint is ready.
    var isLastResort: Bool { traits.isSuperset(of: [.serving, .terminating]) }

    var liveliness: Int {
      (traits.contains(.terminating) ? 0 : 8) + (traits.contains(.ready) ? 4 : 0)
        + (traits.contains(.serving) ? 2 : 0) + (traits.contains(.local) ? 1 : 0)
    }
  }
}
