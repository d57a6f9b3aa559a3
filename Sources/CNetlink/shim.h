#ifndef CNETLINK_SHIM_H
#define CNETLINK_SHIM_H

// libnl and the kernel's own numbers, for Swift. No _GNU_SOURCE here: it clashes with Swift's Glibc module.
#include <linux/netlink.h>
#include <linux/genetlink.h>
#include <linux/rtnetlink.h>
#include <linux/if_link.h>
#include <linux/if_addr.h>
#include <linux/ip_vs.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/ipset/ip_set.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <netlink/genl/genl.h>
#include <netlink/genl/ctrl.h>

#endif
