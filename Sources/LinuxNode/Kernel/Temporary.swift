import Reconciler

extension NetlinkKernel { func forgetUDPFlows(of ids: [VirtualServerID]) async throws(KernelError) {} }
