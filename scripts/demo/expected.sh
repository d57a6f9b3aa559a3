# shellcheck shell=bash disable=SC2154
# What has to be in the kernel for examples/, in the words of ipvsadm -Sn and ip, sorted.

# rules HELLO-ADDRESS [WEIGHT-OF-HELLO-2, or none]
expected_rules() {
  local hello=$1 weight=${2:-1}
  {
    printf '%s\n' "$foreign_rules"
    servers "-t 10.96.10.10:80" "" 10.244.0.{11,12,13}:8080
    servers "-t 10.96.10.20:80" " -p 600" 10.244.0.{21,22}:8080
    servers "-t 10.96.10.21:6379" " -p 10800" 10.244.0.29:6379
    servers "-t 10.96.0.10:53" "" 10.244.0.{31,32}:1053
    servers "-u 10.96.0.10:53" "" 10.244.0.{31,32}:1053
    servers "-t 10.96.10.30:80" "" 10.244.0.{41,42}:8080
    servers "-t [fd00:10:96::30]:80" "" "[fd00:10:244::41]:8080" "[fd00:10:244::42]:8080"
    servers "-t $hello:80" "" 10.244.0.{51,53}:8080
    [[ $weight == none ]] || printf -- '-a -t %s:80 -r 10.244.0.52:8080 -m -w %s\n' "$hello" "$weight"
  } | sort
}

servers() {
  local service=$1 persistence=$2 server
  printf -- '-A %s -s rr%s\n' "$service" "$persistence"
  for server in "${@:3}"; do printf -- '-a %s -r %s -m -w 1\n' "$service" "$server"; done
}

# addresses HELLO-ADDRESS
expected_addresses() {
  printf '%s\n' kube-ipvs0 DOWN "$1/32" 10.96.0.10/32 10.96.10.{10,20,21,30}/32 fd00:10:96::30/128 | sort
}

found_rules() { at node ipvsadm -Sn | sed 's/ *$//' | sort; }
found_addresses() { at node ip -br address show kube-ipvs0 2>/dev/null | xargs -n 1 | sort; }

# What is left that could be the agent's: sets, rules of either family, the device.
found_leftovers() {
  at node ipset list -n | sed 's/^/ipset /'
  at node iptables-save | grep KUBE
  at node ip6tables-save | grep KUBE
  at node ip -br link show kube-ipvs0 2>/dev/null
  true
}

# Where the Service without a clusterIP got its address: it is the one with hello-1 behind it.
hello_address() { at node ipvsadm -Sn | sed -n 's/^-a -t \(.*\):80 -r 10\.244\.0\.51:8080 .*/\1/p'; }
