import Addressing

extension ReconcilerCore {
  /// Puts what has changed in the place of what was there, and notes the Services to resolve anew.
  mutating func store(_ change: consuming InputChange, _ touched: inout TouchedServices) {
    switch consume change {
    case .service(let key, let input):
      let new = input.map(Box.init)
      // One instance of the name for the table and the object, if they have come as two.
      let old = services[new?.value.key ?? key, default: ServiceRecord()].replace(new)
      touched.touch(key) { $0.hasNewObject = true }
      touched.touch(addressBook.replace(old, with: new))
    case .endpointSlice(let key, let input): storeSlice(key, input, &touched)
    case .node(let input):
      let before = node.node
      node.node = input
      if before?.zone != input?.zone { touched.touchByNode(zoneDependents) }
      if before?.addresses != input?.addresses { touched.touchByNode(addressDependents) }
    case .nodeAddresses(let addresses):
      guard node.addresses != addresses else { return }
      node.addresses = addresses
      touched.touchByNode(addressDependents)
    }
  }

  private mutating func storeSlice(
    _ key: EndpointSliceKey, _ input: consuming EndpointSliceInput?, _ touched: inout TouchedServices
  ) {
    let owner = sliceOwners[key]
    let old = owner.flatMap { services[$0]?.slice(key) }
    let service = input?.service
    if let service { touched.touch(addressBook.add(input?.endpoints ?? [], of: service)) }
    if let old { touched.touch(addressBook.remove(old.endpoints, of: old.service)) }
    if let owner, owner != service {
      services[owner]?.remove(key)
      touched.touch(owner)
    }
    guard let slice = consume input else {
      sliceOwners[key] = nil
      return
    }
    // A slice that has the trigger time it had before tells nothing new.
    var trigger: EndpointTrigger?
    if let time = slice.lastChangeTrigger, old?.lastChangeTrigger != time {
      trigger = EndpointTrigger(family: slice.family, time: time)
    }
    touched.touch(slice.service) { touch in if let trigger { touch.triggers.append(trigger) } }
    add(slice)
  }

  private mutating func add(_ slice: consuming EndpointSliceInput) {
    if slice.endpoints.contains(where: \.hasLongNodeName) {
      slice.endpoints = slice.endpoints.map { $0.sharing { nodeNames.shared($0) } }
    }
    let index = services.index(forKey: slice.service)
    // The name that the Service brought: that of the slice goes.
    if let index { slice.service = services[index].key }
    sliceOwners[slice.key] = slice.service
    if let index {
      services.values[index].set(slice)
    } else {
      services[slice.service] = ServiceRecord(slices: [slice])
    }
  }
}
