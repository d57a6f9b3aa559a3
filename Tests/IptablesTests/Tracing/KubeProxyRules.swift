import Addressing

/// All rules that kube-proxy 1.36 writes in IPVS mode for the Services of a SampleNode, its networks of pods being the
/// sample's; in the order and words of iptables-save 1.8.9.
enum KubeProxyRules {
  static func saved(_ sample: SampleNode) -> String {
    let isV4 = sample.family == .ipv4
    let outFilter = [SampleNode.Service.balancerRanges, .balancerEmptyOfRanges].map { service in
      let address = sample.address(of: service)
      let source = "\(address)/\(isV4 ? 32 : 128)"
      return "-A KUBE-IPVS-OUT-FILTER -s \(source) -m ipvs --vproto 6 --vaddr \(address) --vport 80 -j DROP"
    }
    return
      template
      .replacing("$P", with: isV4 ? "KUBE-" : "KUBE-6-")
      .replacing("$LOOPBACK", with: isV4 ? "127.0.0.0/8" : "::1/128")
      .replacing("$NETWORK", with: "\(sample.pods)")
      .replacing("$ICMP", with: isV4 ? "icmp" : "icmp6")
      .replacing("$SOURCE_CIDR", with: isV4 ? "SOURCE-CIDR" : "SOURCE-CID")
      .replacing("$HASH", with: isV4 ? "SCTP-HASH" : "SCTP-HAS")
      .replacing("$OUT_FILTER\n", with: outFilter.map { $0 + "\n" }.joined())
  }

  private static let template = """
    *nat
    :PREROUTING ACCEPT [0:0]
    :INPUT ACCEPT [0:0]
    :OUTPUT ACCEPT [0:0]
    :POSTROUTING ACCEPT [0:0]
    :KUBE-LOAD-BALANCER - [0:0]
    :KUBE-MARK-MASQ - [0:0]
    :KUBE-NODE-PORT - [0:0]
    :KUBE-POSTROUTING - [0:0]
    :KUBE-SERVICES - [0:0]
    -A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
    -A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
    -A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
    -A KUBE-LOAD-BALANCER -m comment --comment "Kubernetes service load balancer ip + port with externalTrafficPolicy=local" -m set --match-set $PLOAD-BALANCER-LOCAL dst,dst -j RETURN
    -A KUBE-LOAD-BALANCER -j KUBE-MARK-MASQ
    -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
    -A KUBE-NODE-PORT -p tcp -m comment --comment "Kubernetes nodeport TCP port with externalTrafficPolicy=local" -m set --match-set $PNODE-PORT-LOCAL-TCP dst -j RETURN
    -A KUBE-NODE-PORT -p tcp -m comment --comment "Kubernetes nodeport TCP port for masquerade purpose" -m set --match-set $PNODE-PORT-TCP dst -j KUBE-MARK-MASQ
    -A KUBE-NODE-PORT -p udp -m comment --comment "Kubernetes nodeport UDP port with externalTrafficPolicy=local" -m set --match-set $PNODE-PORT-LOCAL-UDP dst -j RETURN
    -A KUBE-NODE-PORT -p udp -m comment --comment "Kubernetes nodeport UDP port for masquerade purpose" -m set --match-set $PNODE-PORT-UDP dst -j KUBE-MARK-MASQ
    -A KUBE-NODE-PORT -p sctp -m comment --comment "Kubernetes nodeport SCTP port with externalTrafficPolicy=local with type 'hash ip:port'" -m set --match-set $PNODE-PORT-LOCAL-$HASH dst,dst -j RETURN
    -A KUBE-NODE-PORT -p sctp -m comment --comment "Kubernetes nodeport SCTP port for masquerade purpose with type 'hash ip:port'" -m set --match-set $PNODE-PORT-SCTP-HASH dst,dst -j KUBE-MARK-MASQ
    -A KUBE-POSTROUTING -m comment --comment "Kubernetes endpoints dst ip:port, source ip for solving hairpin purpose" -m set --match-set $PLOOP-BACK dst,dst,src -j MASQUERADE
    -A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
    -A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
    -A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully
    -A KUBE-SERVICES -s $LOOPBACK -j RETURN
    -A KUBE-SERVICES -m comment --comment "Kubernetes service lb portal" -m set --match-set $PLOAD-BALANCER dst,dst -j KUBE-LOAD-BALANCER
    -A KUBE-SERVICES ! -s $NETWORK -m comment --comment "Kubernetes service cluster ip + port for masquerade purpose" -m set --match-set $PCLUSTER-IP dst,dst -j KUBE-MARK-MASQ
    -A KUBE-SERVICES -m comment --comment "Kubernetes service external ip + port for masquerade and filter purpose" -m set --match-set $PEXTERNAL-IP dst,dst -j KUBE-MARK-MASQ
    -A KUBE-SERVICES -m comment --comment "Kubernetes service external ip + port for masquerade and filter purpose" -m set --match-set $PEXTERNAL-IP dst,dst -m physdev ! --physdev-is-in -m addrtype ! --src-type LOCAL -j ACCEPT
    -A KUBE-SERVICES -m comment --comment "Kubernetes service external ip + port for masquerade and filter purpose" -m set --match-set $PEXTERNAL-IP dst,dst -m addrtype --dst-type LOCAL -j ACCEPT
    -A KUBE-SERVICES -m comment --comment "Kubernetes service external ip + port with externalTrafficPolicy=local" -m set --match-set $PEXTERNAL-IP-LOCAL dst,dst -m physdev ! --physdev-is-in -m addrtype ! --src-type LOCAL -j ACCEPT
    -A KUBE-SERVICES -m comment --comment "Kubernetes service external ip + port with externalTrafficPolicy=local" -m set --match-set $PEXTERNAL-IP-LOCAL dst,dst -m addrtype --dst-type LOCAL -j ACCEPT
    -A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODE-PORT
    -A KUBE-SERVICES -m set --match-set $PCLUSTER-IP dst,dst -j ACCEPT
    -A KUBE-SERVICES -m set --match-set $PLOAD-BALANCER dst,dst -j ACCEPT
    COMMIT
    *filter
    :INPUT ACCEPT [0:0]
    :FORWARD ACCEPT [0:0]
    :OUTPUT ACCEPT [0:0]
    :KUBE-FORWARD - [0:0]
    :KUBE-IPVS-FILTER - [0:0]
    :KUBE-IPVS-OUT-FILTER - [0:0]
    :KUBE-NODE-PORT - [0:0]
    :KUBE-PROXY-FIREWALL - [0:0]
    :KUBE-SOURCE-RANGES-FIREWALL - [0:0]
    -A INPUT -m comment --comment "kubernetes ipvs access filter" -j KUBE-IPVS-FILTER
    -A INPUT -m comment --comment "kube-proxy firewall rules" -j KUBE-PROXY-FIREWALL
    -A INPUT -m comment --comment "kubernetes health check rules" -j KUBE-NODE-PORT
    -A FORWARD -m comment --comment "kube-proxy firewall rules" -j KUBE-PROXY-FIREWALL
    -A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD
    -A OUTPUT -m comment --comment "kubernetes ipvs access filter" -j KUBE-IPVS-OUT-FILTER
    -A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x4000 -j ACCEPT
    -A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
    -A KUBE-IPVS-FILTER -m set --match-set $PLOAD-BALANCER dst,dst -j RETURN
    -A KUBE-IPVS-FILTER -m set --match-set $PCLUSTER-IP dst,dst -j RETURN
    -A KUBE-IPVS-FILTER -m set --match-set $PEXTERNAL-IP dst,dst -j RETURN
    -A KUBE-IPVS-FILTER -m set --match-set $PEXTERNAL-IP-LOCAL dst,dst -j RETURN
    -A KUBE-IPVS-FILTER -m set --match-set $PHEALTH-CHECK-NODE-PORT dst -j RETURN
    -A KUBE-IPVS-FILTER -m conntrack --ctstate NEW -m set --match-set $PIPVS-IPS dst -j REJECT --reject-with $ICMP-port-unreachable
    $OUT_FILTER
    -A KUBE-NODE-PORT -m comment --comment "Kubernetes health check node port" -m set --match-set $PHEALTH-CHECK-NODE-PORT dst -j ACCEPT
    -A KUBE-PROXY-FIREWALL -m comment --comment "Kubernetes service load balancer ip + port for load balancer with sourceRange" -m set --match-set $PLOAD-BALANCER-FW dst,dst -j KUBE-SOURCE-RANGES-FIREWALL
    -A KUBE-SOURCE-RANGES-FIREWALL -m comment --comment "Kubernetes service load balancer ip + port + source cidr for packet filter purpose" -m set --match-set $PLOAD-BALANCER-$SOURCE_CIDR dst,dst,src -j RETURN
    -A KUBE-SOURCE-RANGES-FIREWALL -m comment --comment "Kubernetes service load balancer ip + port + source IP for packet filter purpose" -m set --match-set $PLOAD-BALANCER-SOURCE-IP dst,dst,src -j RETURN
    -A KUBE-SOURCE-RANGES-FIREWALL -j DROP
    COMMIT

    """
}
