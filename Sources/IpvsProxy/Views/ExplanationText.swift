import Inspection
import Terminal

/// `explain` for people.
struct ExplanationText {
  let explanation: Explanation

  init(_ explanation: Explanation) { self.explanation = explanation }

  func lines(_ display: Display) -> [String] {
    let lines =
      (explanation.service.map { service($0, display) } ?? [])
      + (explanation.connection.map { connection($0, display) } ?? [])
    // Indented tables leave nothing behind the last word.
    return lines.map { line in String(line.reversed().drop { $0 == " " }.reversed()) }
  }

  // MARK: - A Service

  private func service(_ service: ServiceStatus, _ display: Display) -> [String] {
    let state =
      service.reason.isEmpty ? service.state.rawValue : "\(service.state.rawValue): \(service.reason)"
    var lines = [
      "Service \(service.key), \(service.type): " + display.paint(state.printable, service.state.tone),
      "internalTrafficPolicy \(service.internalTrafficPolicy), externalTrafficPolicy \(service.externalTrafficPolicy)"
        + (service.sessionAffinitySeconds.map { ", clients stick for \($0) s" } ?? ""),
    ]
    for refusal in service.refusedAddresses {
      lines.append("\(refusal.address) is refused: \(refusal.reason)".printable)
    }
    for server in service.virtualServers { lines += [""] + virtualServer(server, display) }
    lines += unused(service.unusedEndpoints, display)
    if let port = service.healthCheckNodePort {
      lines += ["", "health check port \(port)"] + members(service.setMembers, display)
    }
    return lines
  }

  private func virtualServer(_ server: VirtualServerStatus, _ display: Display) -> [String] {
    let port = server.portName.isEmpty ? "" : " of port \(server.portName)"
    let sticky = server.persistenceSeconds.map { ", clients stick for \($0) s" } ?? ""
    let state = server.reason.isEmpty ? server.state.rawValue : "\(server.state.rawValue): \(server.reason)"
    var lines = [
      display.paint(server.name, .heading) + "  \(server.rule)\(port)  "
        + display.paint(state.printable, server.state.tone)
    ]
    guard server.state != .conflict else { return lines }
    let place = server.bindsAddress ? "address on kube-ipvs0" : "address of this node"
    lines.append("  \(place); scheduler \(server.scheduler)\(sticky); \(server.endpointList)")
    return lines + realServers(server.realServers, display) + members(server.setMembers, display)
  }

  private func realServers(_ servers: [RealServerStatus], _ display: Display) -> [String] {
    if servers.isEmpty { return ["  no endpoint is listed"] }
    var table = TextTable(["REAL SERVER", "NODE", "WEIGHT", "IN KERNEL", "WHY"])
    for server in servers {
      table.add([
        .init(server.name), .init(server.nodeName ?? "-"), .init("\(server.weight)"),
        .init(server.weightInKernel.map { "\($0)" } ?? "-"),
        .init("\(server.state.rawValue): \(server.reason)", server.state.tone),
      ])
    }
    return table.lines(display.narrowed(by: 2)).map { "  " + $0 }
  }

  private func unused(_ endpoints: [UnusedEndpoint], _ display: Display) -> [String] {
    guard !endpoints.isEmpty else { return [] }
    var table = TextTable(["FOR NO PORT", "NODE", "ENDPOINTSLICE", "WHY"])
    for endpoint in endpoints {
      table.add([
        .init(endpoint.address), .init(endpoint.nodeName ?? "-"), .init(endpoint.endpointSlice),
        .init(endpoint.reason, .faint),
      ])
    }
    return [""] + table.lines(display)
  }

  private func members(_ members: [SetMemberStatus], _ display: Display) -> [String] {
    guard !members.isEmpty else { return [] }
    var table = TextTable(["SET MEMBER", "IN KERNEL", "WHAT FOR"])
    for member in members {
      table.add([
        .init(member.entry),
        .init(member.isInKernel ? "yes" : "not yet", member.isInKernel ? .plain : .warning),
        .init(member.purpose),
      ])
    }
    return table.lines(display.narrowed(by: 2)).map { "  " + $0 }
  }

  // MARK: - A connection

  private func connection(_ path: ConnectionPath, _ display: Display) -> [String] {
    var lines = [
      "\(path.source ?? "this node") to \(path.destination): "
        + display.paint(path.outcome.rawValue, path.outcome.tone), path.summary.printable, "",
    ]
    var steps = TextTable(["STEP", "WHERE", "WHAT"])
    for (number, step) in path.steps.enumerated() {
      steps.add([.init("\(number + 1)"), .init(step.place), .init(step.text)])
    }
    // Nothing of a sentence is cut: a terminal may wrap it.
    lines += steps.lines(Display(hasColor: display.hasColor))
    if !path.responders.isEmpty { lines += [""] + responders(path.responders, display) }
    if !path.others.isEmpty { lines += [""] + others(path.others, display) }
    return lines
  }

  private func responders(_ responders: [ConnectionPath.Responder], _ display: Display) -> [String] {
    var table = TextTable(["MAY ANSWER", "NODE", "WEIGHT", "SEES"])
    for responder in responders {
      let sees = responder.source == .own ? "the client's address" : "the node's address"
      table.add([
        .init(responder.name), .init(responder.nodeName ?? "-"), .init("\(responder.weight)"), .init(sees),
      ])
    }
    return table.lines(display)
  }

  private func others(_ servers: [RealServerStatus], _ display: Display) -> [String] {
    var table = TextTable(["LEFT OUT", "NODE", "WHY"])
    for server in servers {
      table.add([.init(server.name), .init(server.nodeName ?? "-"), .init(server.reason, server.state.tone)])
    }
    return table.lines(display)
  }
}

extension ConnectionPath.Outcome {
  fileprivate var tone: Tone {
    switch self {
    case .answered: .good
    case .refused, .dropped: .bad
    case .notAService: .warning
    }
  }
}

extension Display {
  fileprivate func narrowed(by columns: Int) -> Display {
    Display(width: width.map { $0 - columns }, hasColor: hasColor)
  }
}
