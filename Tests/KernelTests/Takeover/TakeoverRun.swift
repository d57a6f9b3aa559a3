import Foundation

/// What the program did to a node as kube-proxy had left it.
struct TakeoverRun: Sendable {
  struct Step: Sendable {
    let name: String
    /// What `plan` told before the first start.
    let plan: CommandResult
    /// The first start.
    let result: CommandResult
    let recorded: Set<String>
    /// What the kernel held after it.
    let found: Set<String>
  }

  let steps: [Step]

  /// All scenarios, by name. Two at a time, as the virtual machine has two processors; on the first use.
  static let all: [String: Result<TakeoverRun, any Error>] = {
    let scenarios = ConformanceScenario.all
    let runs = inParallel(scenarios, threads: 2) { scenario in Result { try TakeoverRun(scenario) } }
    return Dictionary(uniqueKeysWithValues: zip(scenarios.map(\.name), runs))
  }()

  private init(_ scenario: ConformanceScenario) throws {
    steps = try scenario.steps.map { step in
      let lab = try NodeLab("over-\(scenario.name)\(step.name)", links: scenario.nodeLinks())
      defer { lab.close() }
      let sysctls = try ConformanceState.sysctlNames(in: step)
      let flags = try scenario.flags() + ["--service-cluster-ip-range", ConformanceRun.serviceRanges]
      try KubeProxyState(recordedIn: step).replay(in: lab.node)
      try lab.write("scenario.yaml", step.text("scenario.yaml"))
      let plan = try lab.plan(flags)
      let result = try lab.once(flags)
      return Step(
        name: step.name, plan: plan, result: result,
        recorded: try ConformanceState(recordedIn: step).facts,
        found: try ConformanceState(of: lab, sysctls: sysctls).facts)
    }
  }
}
