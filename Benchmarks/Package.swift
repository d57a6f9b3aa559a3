// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "Benchmarks",
  dependencies: [.package(name: "ipvs-proxy", path: "..")],
  targets: [
    .executableTarget(
      name: "CostBenchmark",
      dependencies: [
        .product(name: "IpvsProxyTesting", package: "ipvs-proxy")
      ])
  ]
)
