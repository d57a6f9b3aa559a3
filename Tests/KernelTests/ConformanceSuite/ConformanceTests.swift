import Foundation
import Testing

extension KernelTests {
  /// What kube-proxy 1.36 made of the same objects, recorded.
  @Suite struct Conformance {
    /// Of the Services in the recording; IPv6 as its dual-stack scenarios have it.
    private static let serviceRanges = "10.96.0.0/12,fd00:10:96::/112"

    @Test(arguments: ConformanceScenario.all)
    func theKernelEndsAsRecorded(_ scenario: ConformanceScenario) throws {
      let lab = try NodeLab(scenario.name, links: scenario.nodeLinks())
      defer { lab.close() }
      let flags = try scenario.flags() + ["--service-cluster-ip-range", Self.serviceRanges]
      for step in scenario.steps {
        try lab.write("scenario.yaml", step.text("scenario.yaml"))
        let result = try lab.once(flags)
        #expect(result.status == 0, "step \(step.name): \(result.errors.suffix(2000))")
        let recorded = try ConformanceState(recordedIn: step).facts
        let facts = try ConformanceState(of: lab, sysctls: ConformanceState.sysctlNames(in: step)).facts
        let differences = ConformanceDifference.all.filter {
          $0.scenario == scenario.name && $0.step == step.name
        }
        let wanted = differences.reduce(recorded) { $0.subtracting($1.missing).union($1.added) }
        let missing = wanted.subtracting(facts).sorted()
        let added = facts.subtracting(wanted).sorted()
        #expect(missing == [], "step \(step.name)")
        #expect(added == [], "step \(step.name)")
      }
    }

    @Test func theRecordingIsWhole() {
      #expect(ConformanceScenario.all.count >= 16)
      let names = Set(ConformanceScenario.all.map(\.name))
      for difference in ConformanceDifference.all {
        #expect(names.contains(difference.scenario), "\(difference.why)")
        #expect(!difference.missing.isEmpty || !difference.added.isEmpty, "\(difference.scenario)")
      }
    }
  }
}
