# shellcheck shell=bash disable=SC2154
# The demo's node: a network namespace "node", and one per pod, each on a veth pair of its own. Nothing is bridged:
# a pod routes everything to 169.254.1.1 (fe80::1 in IPv6), which is its end's peer, and the node has a route to
# each pod. Neighbours are fixed entries, so nobody has to answer for an address that nobody has.

readonly node_mac=02:00:00:00:00:01

# at PLACE COMMAND...: runs a command in the node's or a pod's namespace.
at() { nsenter --net="/run/netns/$1" "${@:2}"; }

pods() { sed '/^#/d' "$demo/pods"; }

make_node() {
  ip netns add node
  ip -n node -batch - <<BATCH
link set lo up
link add eth0 type dummy
address add 172.18.0.2/24 dev eth0
address add fd00:172:18::2/64 dev eth0 nodad
link set eth0 up
BATCH
  # As a node of a cluster has it; kept out of the demo's steps because pods could not reach each other without.
  at node sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'
  local name ipv4 ipv6 rest
  while read -r name ipv4 ipv6 rest; do
    make_pod "$name" "$ipv4" "$ipv6"
  done < <(pods)
}

make_pod() {
  local name=$1 ipv4=$2 ipv6=$3 inside outside
  ip netns add "$name"
  inside="link set lo up
address add $ipv4/32 dev eth0
link set eth0 up
route add 169.254.1.1 dev eth0
route add default via 169.254.1.1 dev eth0
neighbour add 169.254.1.1 lladdr $node_mac dev eth0 nud permanent"
  ip link add "$name" address $node_mac netns node type veth peer name eth0 netns "$name"
  outside="link set $name up
route add $ipv4/32 dev $name"
  if [[ $ipv6 != - ]]; then
    inside+="
address add $ipv6/128 dev eth0 nodad
route add default via fe80::1 dev eth0 onlink
neighbour add fe80::1 lladdr $node_mac dev eth0 nud permanent"
    outside+="
route add $ipv6/128 dev $name"
  fi
  ip -n "$name" -batch - <<<"$inside"
  ip -n node -batch - <<<"$outside"
}

# start_pods NAME...: one server process for them, ready when this returns; its process id in $server.
start_pods() {
  local ready
  exec {ready}< <(exec "$DEMO_PYTHON" "$demo/pod_server.py" "$@" <"$demo/pods")
  # shellcheck disable=SC2034  # read by the caller
  server=$!
  read -r -t 60 <&"$ready" || failed "the pods $* did not start"
}

# What somebody else has set up on this node by hand: a virtual server, and an address.
foreign_rules='-A -t 192.0.2.10:8080 -s wrr
-a -t 192.0.2.10:8080 -r 172.18.0.99:80 -m -w 3'
make_foreign() {
  ip -n node -batch - <<BATCH
link add lb0 type dummy
address add 192.0.2.10/32 dev lb0
BATCH
  at node ipvsadm -R <<<"$foreign_rules"
}
