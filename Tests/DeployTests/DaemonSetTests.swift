import Testing

/// Whether the parts of deploy/kubernetes/base fit each other, and hold no more rights than they need.
@Suite struct DaemonSetTests {
  let daemonSet: Node
  let pod: Node
  let container: Node
  let preparation: Node

  init() throws {
    daemonSet = try DeployFolder.document("\(DeployFolder.kubernetes)/base/daemon-set.yaml")
    pod = try #require(daemonSet.at("spec", "template", "spec"))
    container = try #require(pod.at("containers", 0))
    preparation = try #require(pod.at("initContainers", 0))
  }

  private func base(_ file: String) throws -> Node {
    try DeployFolder.document("\(DeployFolder.kubernetes)/base/\(file)")
  }

  @Test func oneContainerServesAfterOneHasPrepared() {
    #expect(pod.at("containers")?.items.count == 1)
    #expect(pod.at("initContainers")?.items.count == 1)
    let arguments = container.at("args")?.strings ?? []
    #expect(!arguments.contains("--init-only"))
    #expect(preparation.at("args")?.strings == arguments + ["--init-only"])
    #expect(preparation.at("image") == container.at("image"))
  }

  @Test func whatServesHasTwoCapabilitiesAndNothingElse() {
    let context = container.at("securityContext")
    #expect(context?["privileged"] == nil)
    #expect(context?["allowPrivilegeEscalation"]?.bool == false)
    #expect(context?["readOnlyRootFilesystem"]?.bool == true)
    #expect(context?.at("capabilities", "drop")?.strings == ["ALL"])
    #expect(context?.at("capabilities", "add")?.strings == ["NET_ADMIN", "NET_RAW"])
    #expect(pod.at("securityContext", "seccompProfile", "type")?.string == "RuntimeDefault")
    #expect(pod["hostPID"]?.bool == true, "a running kube-proxy must be seen")
    #expect(pod["hostIPC"] == nil)
  }

  @Test func theUnitOfThePackageHasTheSameCapabilities() throws {
    let added = container.at("securityContext", "capabilities", "add")?.strings ?? []
    #expect(try DeployFolder.unitSetting("CapabilityBoundingSet") == [added.map { "CAP_\($0)" }])
  }

  @Test func onlyThePreparationIsPrivilegedAndSeesTheModules() {
    #expect(preparation.at("securityContext", "privileged")?.bool == true)
    #expect(preparation.at("securityContext", "readOnlyRootFilesystem")?.bool == true)
    #expect(preparation.at("volumeMounts")?.names == ["configuration", "modules"])
    #expect(container.at("volumeMounts")?.names == ["configuration", "xtables-lock", "run"])
  }

  @Test func itRunsOnEveryLinuxNodeBeforeAnythingElseDoes() {
    #expect(pod["hostNetwork"]?.bool == true)
    #expect(pod["priorityClassName"]?.string == "system-node-critical")
    #expect(pod["nodeSelector"] == ["kubernetes.io/os": "linux"])
    #expect(pod["tolerations"] == [["operator": "Exists"]])
    #expect(pod["dnsPolicy"]?.string == "Default", "the cluster's DNS is a Service, and needs us")
  }

  @Test func everyMountHasAVolumeAndEveryVolumeAMount() {
    let volumes = Set(pod["volumes"]?.names ?? [])
    let mounts = [container, preparation].flatMap { $0["volumeMounts"]?.names ?? [] }
    #expect(volumes == Set(mounts))
    let lock = pod["volumes"]?.items.first { $0["name"]?.string == "xtables-lock" }
    let mount = container["volumeMounts"]?.items.first { $0["name"]?.string == "xtables-lock" }
    #expect(lock?.at("hostPath", "type")?.string == "FileOrCreate", "a node without it must not get a folder")
    #expect(lock?.at("hostPath", "path")?.string == "/run/xtables.lock")
    #expect(mount?["mountPath"]?.string == "/run/xtables.lock")
    #expect(mount?["readOnly"] == nil)
  }

  @Test func theConfigurationIsWhereTheFlagsAndTheFileItselfSay() throws {
    let generator = try #require(try base("kustomization.yaml").at("configMapGenerator", 0))
    #expect(pod.at("volumes", 0, "configMap", "name") == generator["name"])
    let files = generator["files"]?.strings ?? []
    let folder = try #require(container.at("volumeMounts", 0, "mountPath")?.string)
    #expect(preparation.at("volumeMounts", 0, "mountPath")?.string == folder)
    #expect(container["args"]?.strings.contains("--config=\(folder)/config.conf") == true)
    #expect(files == ["config.conf", "kubeconfig.conf"])
    let configuration = try base("config.conf")
    #expect(configuration["mode"]?.string == "ipvs")
    #expect(configuration.at("clientConnection", "kubeconfig")?.string == "\(folder)/kubeconfig.conf")
  }

  @Test func thePortsAreThoseOfTheConfiguration() throws {
    let configuration = try base("config.conf")
    for (port, key) in [(0, "healthzBindAddress"), (1, "metricsBindAddress")] {
      let number = try #require(container.at("ports", .position(port), "containerPort")?.int)
      #expect(configuration[key]?.string?.hasSuffix(":\(number)") == true)
    }
    #expect(container["ports"]?.names == ["healthz", "metrics"])
    for (probe, path) in [
      ("startupProbe", "/livez"), ("livenessProbe", "/livez"), ("readinessProbe", "/healthz"),
    ] {
      #expect(container.at(.key(probe), "httpGet", "port")?.string == "healthz")
      #expect(container.at(.key(probe), "httpGet", "path")?.string == path)
    }
  }

  @Test func theKubeconfigDoesNotNeedServicesToFindTheServer() throws {
    let kubeconfig = try base("kubeconfig.conf")
    let server = try #require(kubeconfig.at("clusters", 0, "cluster", "server")?.string)
    #expect(server.hasPrefix("https://"))
    #expect(!server.contains("kubernetes.default"))
    let context = try #require(kubeconfig.at("contexts", 0, "context"))
    #expect(kubeconfig["current-context"] == kubeconfig.at("contexts", 0, "name"))
    #expect(context["cluster"] == kubeconfig.at("clusters", 0, "name"))
    #expect(context["user"] == kubeconfig.at("users", 0, "name"))
  }

  @Test func thePodsAreFoundByTheirLabels() throws {
    let labels = daemonSet.at("spec", "template", "metadata", "labels")
    #expect(daemonSet.at("spec", "selector", "matchLabels") == labels)
    let monitor = try DeployFolder.document(
      "\(DeployFolder.kubernetes)/components/monitoring/pod-monitor.yaml")
    #expect(monitor.at("spec", "selector", "matchLabels") == labels)
    let port = try #require(monitor.at("spec", "podMetricsEndpoints", 0, "port")?.string)
    #expect(container["ports"]?.names.contains(port) == true)
  }

  @Test func anUpdateTakesATenthOfTheNodesAtMost() {
    #expect(daemonSet.at("spec", "updateStrategy", "type")?.string == "RollingUpdate")
    #expect(daemonSet.at("spec", "updateStrategy", "rollingUpdate", "maxUnavailable")?.string == "10%")
  }
}
