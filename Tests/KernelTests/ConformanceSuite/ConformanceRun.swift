import Foundation

/// What one scenario came to on this kernel, step by step.
struct ConformanceRun: Sendable {
  struct Step: Sendable {
    let name: String
    let status: Int32
    let errors: String
    let recorded: Set<String>
    let found: Set<String>
  }

  let steps: [Step]

  /// All scenarios, by name. Two at a time, as the virtual machine has two processors; on the first use.
  static let all: [String: Result<ConformanceRun, any Error>] = {
    let scenarios = ConformanceScenario.all
    let runs = inParallel(scenarios, threads: 2) { scenario in Result { try ConformanceRun(scenario) } }
    return Dictionary(uniqueKeysWithValues: zip(scenarios.map(\.name), runs))
  }()

  /// Of the Services in the recording; IPv6 as its dual-stack scenarios have it.
  static let serviceRanges = "10.96.0.0/12,fd00:10:96::/112"

  private init(_ scenario: ConformanceScenario) throws {
    let lab = try NodeLab(scenario.name, links: scenario.nodeLinks())
    defer { lab.close() }
    let flags = try scenario.flags() + ["--service-cluster-ip-range", Self.serviceRanges]
    steps = try scenario.steps.map { step in
      try lab.write("scenario.yaml", step.text("scenario.yaml"))
      let result = try lab.once(flags)
      return Step(
        name: step.name, status: result.status, errors: result.errors,
        recorded: try ConformanceState(recordedIn: step).facts,
        found: try ConformanceState(of: lab, sysctls: ConformanceState.sysctlNames(in: step)).facts)
    }
  }
}
