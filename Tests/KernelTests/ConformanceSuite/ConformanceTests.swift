import Foundation
import Testing

extension KernelTests {
  /// What kube-proxy 1.36 made of the same objects, recorded.
  @Suite struct Conformance {
    @Test(arguments: ConformanceScenario.all)
    func theKernelEndsAsRecorded(_ scenario: ConformanceScenario) throws {
      let run = try #require(ConformanceRun.all[scenario.name]).get()
      for step in run.steps {
        #expect(step.status == 0, "step \(step.name): \(step.errors.suffix(2000))")
        let differences = ConformanceDifference.all.filter {
          $0.scenario == scenario.name && $0.step == step.name
        }
        let wanted = differences.reduce(step.recorded) { $0.subtracting($1.missing).union($1.added) }
        let missing = wanted.subtracting(step.found).sorted()
        let added = step.found.subtracting(wanted).sorted()
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
