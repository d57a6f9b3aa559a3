// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that who builds the program never resolves or builds a benchmark.
let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "Benchmarks",
  dependencies: [.package(name: "ipvs-proxy", path: "..")],
  targets: [
    // An allocator that counts, for the executable it is linked into.
    .target(name: "CCounting"),
    .executableTarget(
      name: "CostBenchmark",
      dependencies: ["CCounting", .product(name: "BenchmarkSupport", package: "ipvs-proxy")],
      swiftSettings: strict),
    .executableTarget(
      name: "ListBenchmark",
      dependencies: ["CCounting", .product(name: "ListBenchmarkSupport", package: "ipvs-proxy")],
      swiftSettings: strict),
    .executableTarget(
      name: "MemoryBenchmark",
      dependencies: ["HeapUse", .product(name: "BenchmarkSupport", package: "ipvs-proxy")],
      swiftSettings: strict),
    // What malloc says of itself, which no module of Swift's has.
    .target(name: "HeapUse"),
    .executableTarget(
      name: "ChurnBenchmark",
      dependencies: [.product(name: "BenchmarkSupport", package: "ipvs-proxy")],
      swiftSettings: strict),
    // What the kernel itself takes for the same objects, in C.
    .executableTarget(name: "Floor"),
    .executableTarget(
      name: "KernelBenchmark",
      dependencies: [.product(name: "BenchmarkSupport", package: "ipvs-proxy")],
      swiftSettings: strict),
  ]
)
