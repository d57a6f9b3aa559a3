import Addressing

/// Which IP families the node's kernel can serve.
public enum EnabledFamilies {
  /// IPv4, and IPv6 where the kernel has it (/proc/net/if_inet6) and it isn't switched off for all interfaces.
  public static func detect(_ files: HostFiles = HostFiles()) -> [IPFamily] {
    let isOff = Sysctl(files).value("net/ipv6/conf/all/disable_ipv6") == "1"
    return files.exists("/proc/net/if_inet6") && !isOff ? [.ipv4, .ipv6] : [.ipv4]
  }
}
