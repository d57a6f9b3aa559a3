import Addressing
import Reconciler
import SeededGenerator

/// Services whose endpoints come, go, and lose and regain their readiness at random: what each is to look like now, and
/// how long the kernel took to look like that.
struct ChurningServices {
  private(set) var endpoints: [[EndpointInput]]
  private var random: SeededGenerator
  /// When the changes were handed in that the kernel doesn't have yet, by Service.
  private var waiting: [Int: [Duration]] = [:]
  /// From handing in to the kernel's answer.
  private(set) var waits: [Duration] = []

  init(count: Int, endpoints: Int, seed: UInt64) {
    self.endpoints = (0..<count).map { number in (0..<endpoints).map { Self.endpoint(number, $0) } }
    random = SeededGenerator(seed: seed)
  }

  var unfinished: Int { waiting.values.reduce(0) { $0 + $1.count } }

  /// All of them as they are now.
  var all: [InputChange] { endpoints.indices.flatMap { [.service(Self.key($0), service($0)), slice($0)] } }

  /// Changes one endpoint of one Service.
  mutating func change(now: Duration) -> (service: Int, InputChange) {
    let number = Int.random(in: 0..<endpoints.count, using: &random)
    let last = endpoints[number].count - 1
    switch Int.random(in: 0..<3, using: &random) {
    case 0 where last < 15: endpoints[number].append(Self.endpoint(number, last + 1))
    case 1 where last > 0: endpoints[number].removeLast()
    default: endpoints[number][Int.random(in: 0...last, using: &random)].isReady.toggle()
    }
    waiting[number, default: []].append(now)
    return (number, slice(number))
  }

  /// Takes in what the kernel has for a Service now: it is in force when it is what is wanted.
  mutating func note(_ state: VirtualServerState?, of number: Int, now: Duration) {
    guard let times = waiting[number] else { return }
    let serving = Set((state?.realServers.values ?? []).lazy.filter { $0.weight > 0 }.map(\.id))
    let wanted = Set(endpoints[number].lazy.filter(\.isReady).map { RealServerID($0.address, port: 8080) })
    guard serving == wanted else { return }
    waits += times.map { now - $0 }
    waiting[number] = nil
  }

  static func virtualServer(_ number: Int) -> VirtualServerID {
    VirtualServerID(IPAddress(ipv4: 0x0A60_0000 + UInt32(number)), port: 80, transport: .tcp)
  }

  static func number(of id: VirtualServerID) -> Int { Int(id.address.low & 0xFFFF) }

  private static func key(_ number: Int) -> ServiceKey {
    ServiceKey(namespace: "default", name: "service-\(number)")
  }

  /// Sixteen addresses for each Service; every fourth endpoint is on the node itself.
  private static func endpoint(_ number: Int, _ index: Int) -> EndpointInput {
    EndpointInput(
      IPAddress(ipv4: 0x0A80_0000 + UInt32(number * 16 + index)),
      nodeName: index % 4 == 3 ? Churn.nodeName : "another-node")
  }

  private func service(_ number: Int) -> ServiceInput {
    ServiceInput(
      key: Self.key(number), clusterIPs: [Self.virtualServer(number).address],
      ports: [ServicePortInput(port: 80)])
  }

  private func slice(_ number: Int) -> InputChange {
    let key = EndpointSliceKey(namespace: "default", name: "service-\(number)-a")
    return .endpointSlice(
      key,
      EndpointSliceInput(
        key: key, service: Self.key(number), family: .ipv4, ports: [EndpointPortInput(port: 8080)],
        endpoints: endpoints[number]))
  }
}
