import KernelFakes

struct Scenario {
  let name: String
  let settings: Churn.Settings

  /// A minute of changes: on a node that is in order, from a cold start on, and with writes that fail.
  static func all(services: Int) -> [Scenario] {
    func scenario(_ name: String, _ change: (inout Churn.Settings) -> Void) -> Scenario {
      var settings = Churn.Settings()
      settings.services = services
      settings.changes = 60_000
      settings.memory = Machine.anonymousMemory
      change(&settings)
      return Scenario(name: name, settings: settings)
    }
    return [
      scenario("in order") { _ in },
      scenario("from a cold start on*") { $0.start = .milliseconds(100) },
      scenario("1 % of writes fail") {
        $0.failureRate = 0.01
        $0.rest = .seconds(120)
      },
    ]
  }
}
