import Addressing
import Glibc
import Netlink
import Reconciler

extension NetlinkError {
  /// Whether the kernel says that what was asked about isn't there.
  var isAbsence: Bool {
    guard case .refused(let errno, _) = self else { return false }
    return errno == ENOENT || errno == ESRCH
  }
}

extension KernelError {
  /// - Parameters:
  ///   - subsystem: where it happened.
  ///   - error: what happened.
  ///   - object: what the request was about.
  ///   - hint: what to know about this errno and object; general advice is added here.
  init(_ subsystem: Subsystem, _ error: NetlinkError, object: String, hint: String = "") {
    switch error {
    case .refused(let errno, let text):
      self.init(subsystem, errno: errno, object: object, hint: Self.advice(subsystem, errno, hint, text))
    case .systemCall(let call, let errno):
      self.init(
        subsystem, errno: errno, object: object,
        hint: Self.advice(subsystem, errno, hint, "\(call) failed"))
    case .answerLost(let errno):
      self.init(
        subsystem, errno: errno, object: object, hint: "the kernel's answer was lost", outcome: .unknown)
    case .dumpInterrupted:
      self.init(subsystem, errno: 0, object: object, hint: "\(error)")
    case .familyMissing:
      self.init(subsystem, errno: ENOENT, object: object, hint: "the kernel has no IPVS: load module ip_vs")
    case .malformed:
      self.init(subsystem, errno: EBADMSG, object: object, hint: "\(error)", outcome: .unknown)
    }
  }

  private static func advice(_ subsystem: Subsystem, _ errno: Int32, _ hint: String, _ text: String) -> String
  {
    let general =
      switch errno {
      case EPERM: "needs CAP_NET_ADMIN"
      case _ where subsystem == .ipset: setAdvice(errno)
      default: ""
      }
    return [hint, general, text].filter { !$0.isEmpty }.joined(separator: "; ")
  }

  /// ipset's own error numbers (linux/netfilter/ipset/ip_set.h).
  private static func setAdvice(_ errno: Int32) -> String {
    switch errno {
    case SetError.findType: "the kernel lacks the set type: load module ip_set and the type's (ip_set_hash_…)"
    case SetError.maxSets: "the kernel's number of sets is used up: destroy unused ones (ipset list -n)"
    case SetError.busy: "an iptables rule still refers to the set: remove the rule first"
    case SetError.typeMismatch: "the set has another type than the request"
    case SetError.invalidCIDR: "the kernel takes no prefix length of 0: it needs two halves"
    case SetError.invalidFamily: "the set is of the other IP family"
    case SetError.referenced: "another set or rule refers to the set"
    case SetError.hashFull: "the set is full (maxelem)"
    case EEXIST: "a set of this name has other parameters: destroy it, or let its owner do so"
    case ENOENT: "no such set"
    case EINVAL: "is module ip_set there?"
    default: ""
    }
  }
}

extension RequestResult {
  /// - Parameters:
  ///   - subsystem: where it happened.
  ///   - object: what the request was about.
  ///   - benign: error numbers that mean it was so already; asked for only after a refusal.
  ///   - hint: what to know about an errno with this object.
  /// - Returns: nil for success and what is benign.
  func kernelError(
    _ subsystem: KernelError.Subsystem, object: @autoclosure () -> String,
    benign: @autoclosure () -> Set<Int32> = [],
    hint: (Int32) -> String = { _ in "" }
  ) -> KernelError? {
    switch self {
    case .done: nil
    case .refused(let refusal):
      benign().contains(refusal.errno)
        ? nil
        : KernelError(
          subsystem, .refused(errno: refusal.errno, text: refusal.text), object: object(),
          hint: hint(refusal.errno))
    case .failed(let error):
      KernelError(subsystem, error, object: object())
    case .unknown(let error):
      KernelError(
        subsystem, errno: error.errno, object: object(), hint: "\(error)", outcome: .unknown)
    }
  }
}

extension Operation {
  /// Error numbers that say that a removal had nothing to do.
  var benignErrors: Set<Int32> {
    switch self {
    case .removeVirtualServer, .removeRealServer: [ESRCH, ENOENT]
    case .removeMember: [ENOENT, SetError.exists]
    case .removeAddress: [EADDRNOTAVAIL, ENODEV]
    case .addMember: [SetError.exists]
    case .addAddress: [EEXIST]
    case .addVirtualServer, .updateVirtualServer, .addRealServer, .updateRealServer: []
    }
  }

  func hint(_ errno: Int32) -> String {
    switch (self, errno) {
    case (.addVirtualServer(let server), ENOENT), (.updateVirtualServer(let server), ENOENT):
      "the kernel has no scheduler \(server.scheduler): load module ip_vs_\(server.scheduler)"
    case (.updateVirtualServer, ESRCH), (.addRealServer, ESRCH), (.updateRealServer, ESRCH):
      "no such virtual server"
    case (.updateRealServer, ENOENT): "no such real server"
    case (.addVirtualServer, EEXIST), (.addRealServer, EEXIST): "it is there already"
    case (.addAddress, ENODEV): "the device \(NetlinkKernel.deviceName) is missing"
    case (.addAddress(let address), EACCES) where address.family == .ipv6:
      "IPv6 is switched off on \(NetlinkKernel.deviceName) (net.ipv6.conf.*.disable_ipv6)"
    default: ""
    }
  }
}
