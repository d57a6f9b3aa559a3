import FoundationEssentials
import Testing

/// Whether base, components and overlays name files that are there, and say what their comments promise.
@Suite struct KustomizationTests {
  /// For `kubectl patch`, to what isn't ours: no object by itself.
  private let patchByHand = "\(DeployFolder.kubernetes)/overlays/canary/kube-proxy.patch.yaml"
  private let preflight = "\(DeployFolder.kubernetes)/preflight/pod.yaml"

  private func document(_ path: String) throws -> Node {
    try DeployFolder.document("\(DeployFolder.kubernetes)/\(path)")
  }

  @Test func everyFileIsOneDocumentThatSaysWhatItIs() throws {
    let files = try DeployFolder.kubernetesFiles()
    #expect(files.contains("\(DeployFolder.kubernetes)/base/daemon-set.yaml"))
    for file in files where file != patchByHand {
      let document = try DeployFolder.document(file)
      #expect(document["apiVersion"]?.string != nil, "\(file)")
      #expect(document["kind"]?.string != nil, "\(file)")
    }
  }

  @Test func everyFileIsNamedAndEveryNameIsAFile() throws {
    var named: Set<String> = [patchByHand, preflight]
    for file in try DeployFolder.kubernetesFiles() where file.hasSuffix("/kustomization.yaml") {
      named.insert(file)
      let folder = String(file.dropLast("/kustomization.yaml".count))
      let kustomization = try DeployFolder.document(file)
      let files =
        (kustomization["resources"]?.strings ?? []) + (kustomization["components"]?.strings ?? [])
        + (kustomization["patches"]?.items.compactMap { $0["path"]?.string } ?? [])
        + (kustomization["configMapGenerator"]?.items.flatMap { $0["files"]?.strings ?? [] } ?? [])
      for name in files {
        let path = "\(folder)/\(name)"
        #expect(DeployFolder.exists(path), "\(file) names \(name)")
        if !name.hasPrefix("..") { named.insert(path) }
      }
    }
    #expect(try Set(DeployFolder.kubernetesFiles()) == named)
  }

  @Test func theTagOfTheImageIsTheVersionOfTheProgram() throws {
    let image = try #require(try document("base/kustomization.yaml").at("images", 0))
    let version = try #require(image["newTag"]?.string)
    #expect(try DeployFolder.text("Sources/IpvsProxy/Version.swift").contains("\"\(version)\""))
    let container = try document("base/daemon-set.yaml").at("spec", "template", "spec", "containers", 0)
    #expect(container?["image"] == image["name"])
  }

  @Test func thePreflightPlansWithWhatTheDaemonSetServesWith() throws {
    let pod = try #require(try DeployFolder.document(preflight)["spec"])
    let served = try #require(
      try document("base/daemon-set.yaml").at("spec", "template", "spec"))
    for key in ["serviceAccountName", "hostNetwork", "dnsPolicy", "tolerations", "securityContext"] {
      #expect(pod[key] == served[key], "\(key)")
    }
    for key in ["env", "securityContext"] {
      #expect(
        pod.at("containers", 0, .key(key)) == served.at("containers", 0, .key(key)), "\(key)")
    }
    #expect(
      pod.at("containers", 0, "args")?.strings
        == ["plan"] + (served.at("containers", 0, "args")?.strings ?? []))
    #expect(
      pod.at("containers", 0, "volumeMounts", 0) == served.at("containers", 0, "volumeMounts", 0))
    let volume = try document("components/kubeadm/volume.patch.yaml").at(
      "spec", "template", "spec", "volumes", 0)
    #expect(pod.at("volumes", 0) == volume)
    let image = try #require(try document("base/kustomization.yaml").at("images", 0))
    let (name, tag) = (image["newName"]?.string ?? "", image["newTag"]?.string ?? "")
    #expect(pod.at("containers", 0, "image")?.string == "\(name):\(tag)")
  }

  @Test func noNodeEverHasBothProxies() throws {
    let ours = try document("overlays/canary/ipvs-proxy.patch.yaml")
      .at("spec", "template", "spec", "nodeSelector")
    let theirs = try document("overlays/canary/kube-proxy.patch.yaml")
      .at(
        "spec", "template", "spec", "affinity", "nodeAffinity",
        "requiredDuringSchedulingIgnoredDuringExecution",
        "nodeSelectorTerms")
    #expect(theirs?.items.count == 1, "terms are alternatives: a second one would let kube-proxy in again")
    let expression = try #require(theirs?.at(0, "matchExpressions", 0))
    let key = try #require(expression["key"]?.string)
    #expect(expression["operator"]?.string == "NotIn")
    #expect(ours?.mapping?.count == 1)
    #expect(expression["values"]?.strings == [try #require(ours?[key]?.string)])
  }

  @Test func patchesMeetWhatTheyChange() throws {
    let daemonSet = try document("base/daemon-set.yaml")
    for path in ["overlays/canary/ipvs-proxy.patch.yaml", "components/kubeadm/volume.patch.yaml"] {
      let patch = try document(path)
      for key in ["apiVersion", "kind"] { #expect(patch[key] == daemonSet[key]) }
      for key in ["name", "namespace"] {
        #expect(patch.at("metadata", .key(key)) == daemonSet.at("metadata", .key(key)))
      }
    }
    let volumes = daemonSet.at("spec", "template", "spec", "volumes")?.names ?? []
    let patched = try document("components/kubeadm/volume.patch.yaml")
      .at("spec", "template", "spec", "volumes")
    #expect(patched?.names.allSatisfy(volumes.contains) == true, "another name would add a volume")
  }

  @Test func metallbDiffersInStrictARPOnly() throws {
    let base = try DeployFolder.text("\(DeployFolder.kubernetes)/base/config.conf")
    let metallb = try DeployFolder.text("\(DeployFolder.kubernetes)/overlays/metallb/config.conf")
    #expect(base.contains("strictARP: false"))
    #expect(base.replacing("strictARP: false", with: "strictARP: true") == metallb)
  }

  @Test func thePackagesExampleDiffersFromTheBaseInThePathOfTheKubeconfigOnly() throws {
    var package = try #require(try DeployFolder.document("deploy/debian/config.yaml").mapping)
    var base = try #require(try document("base/config.conf").mapping)
    #expect(package["clientConnection"]?["kubeconfig"]?.string == "/etc/ipvs-proxy/kubeconfig")
    package["clientConnection"] = nil
    base["clientConnection"] = nil
    #expect(package == base)
  }

  @Test func whatTheImageIsMadeOfIsThere() throws {
    let copied = try DeployFolder.text("deploy/container/Containerfile").split(separator: "\n")
      .filter { $0.hasPrefix("COPY ") && !$0.contains("--from=") }
      .map { String($0.split(separator: " ")[1]) }
    #expect(copied.contains("Sources"))
    for path in copied { #expect(DeployFolder.exists(path), "\(path)") }
  }

  @Test func theUnitPreparesWithFullRightsAndServesWithoutThem() throws {
    let program = "/usr/sbin/ipvs-proxy"
    #expect(try DeployFolder.unitSetting("ExecStart") == [[program, "$IPVS_PROXY_OPTIONS"]])
    #expect(
      try DeployFolder.unitSetting("ExecStartPre") == [
        ["-+\(program)", "$IPVS_PROXY_OPTIONS", "--init-only"]
      ])
    #expect(try DeployFolder.unitSetting("NoNewPrivileges") == [["yes"]])
    #expect(try DeployFolder.text("deploy/debian/default").contains("\nIPVS_PROXY_OPTIONS=\""))
    let conffiles = try DeployFolder.text("deploy/debian/conffiles").split(separator: "\n")
    #expect(conffiles == ["/etc/default/ipvs-proxy"])
  }
}
