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
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netfilter/ipset/ip_set.h>
#include <linux/netfilter/ipset/ip_set_hash.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <netlink/genl/genl.h>
#include <netlink/genl/ctrl.h>

// Macros with casts, sizeof or arguments, which Swift does not import.
enum {
  CNL_NLMSG_HDRLEN = NLMSG_HDRLEN,
  CNL_NLMSG_ALIGNTO = NLMSG_ALIGNTO,
  CNL_NLA_HDRLEN = NLA_HDRLEN,
  CNL_NLA_TYPE_MASK = (unsigned short)NLA_TYPE_MASK,
  CNL_GENL_ID_CTRL = GENL_ID_CTRL,
  CNL_GENL_HDRLEN = GENL_HDRLEN,
};

#endif
