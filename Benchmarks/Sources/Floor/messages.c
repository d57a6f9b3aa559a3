#include "floor.h"

#include <arpa/inet.h>
#include <linux/genetlink.h>
#include <linux/if_addr.h>
#include <linux/ip_vs.h>
#include <linux/netfilter.h>
#include <linux/netfilter/ipset/ip_set.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { elements_per_message = 256 };

// MARK: A message under construction

static void *grow(struct buffer *buffer, size_t count) {
  if (buffer->length + count > buffer->capacity) {
    buffer->capacity = (buffer->capacity + count) * 2 + 65536;
    buffer->bytes = realloc(buffer->bytes, buffer->capacity);
    if (!buffer->bytes) fail("realloc");
  }
  void *place = buffer->bytes + buffer->length;
  memset(place, 0, count);
  buffer->length += count;
  return place;
}

static size_t begin(struct buffer *buffer, uint16_t type, uint16_t flags) {
  size_t start = buffer->length;
  struct nlmsghdr *header = grow(buffer, NLMSG_HDRLEN);
  header->nlmsg_type = type;
  header->nlmsg_flags = NLM_F_REQUEST | flags;
  return start;
}

static void end(struct buffer *buffer, size_t start) {
  ((struct nlmsghdr *)(buffer->bytes + start))->nlmsg_len = (uint32_t)(buffer->length - start);
  buffer->messages++;
}

static void put(struct buffer *buffer, uint16_t type, const void *bytes, size_t count) {
  struct nlattr *attribute = grow(buffer, NLA_HDRLEN + NLA_ALIGN(count));
  attribute->nla_type = type;
  attribute->nla_len = (uint16_t)(NLA_HDRLEN + count);
  memcpy((char *)attribute + NLA_HDRLEN, bytes, count);
}

static void put16(struct buffer *buffer, uint16_t type, uint16_t value) { put(buffer, type, &value, sizeof value); }
static void put32(struct buffer *buffer, uint16_t type, uint32_t value) { put(buffer, type, &value, sizeof value); }

static size_t nest(struct buffer *buffer, uint16_t type) {
  size_t start = buffer->length;
  struct nlattr *attribute = grow(buffer, NLA_HDRLEN);
  attribute->nla_type = type | NLA_F_NESTED;
  return start;
}

static void unnest(struct buffer *buffer, size_t start) {
  ((struct nlattr *)(buffer->bytes + start))->nla_len = (uint16_t)(buffer->length - start);
}

// MARK: IPVS (linux/ip_vs.h)

struct address {
  int family;
  union nf_inet_addr bytes;
  size_t length;
};

static struct address parse_address(int family, const char *text) {
  struct address address = {.family = family == 6 ? AF_INET6 : AF_INET, .length = family == 6 ? 16 : 4};
  if (inet_pton(address.family, text, &address.bytes) != 1) fail(text);
  return address;
}

static size_t begin_ipvs(struct buffer *buffer, const struct sockets *sockets, uint8_t command, uint16_t flags) {
  size_t message = begin(buffer, sockets->ipvs_family, flags);
  struct genlmsghdr *header = grow(buffer, GENL_HDRLEN);
  header->cmd = command;
  header->version = IPVS_GENL_VERSION;
  return message;
}

struct service {
  struct address address;
  uint16_t protocol;
  uint16_t port;
};

static void put_service_key(struct buffer *buffer, const struct service *service) {
  put16(buffer, IPVS_SVC_ATTR_AF, (uint16_t)service->address.family);
  put16(buffer, IPVS_SVC_ATTR_PROTOCOL, service->protocol);
  put(buffer, IPVS_SVC_ATTR_ADDR, &service->address.bytes, service->address.length);
  put16(buffer, IPVS_SVC_ATTR_PORT, htons(service->port));
}

static void put_service(
    struct buffer *buffer, const struct sockets *sockets, const struct service *service, const char *scheduler,
    uint32_t flags, uint32_t timeout) {
  size_t message = begin_ipvs(buffer, sockets, IPVS_CMD_NEW_SERVICE, 0);
  size_t nested = nest(buffer, IPVS_CMD_ATTR_SERVICE);
  put_service_key(buffer, service);
  put(buffer, IPVS_SVC_ATTR_SCHED_NAME, scheduler, strlen(scheduler) + 1);
  struct ip_vs_flags wire = {.flags = flags, .mask = ~0u};
  put(buffer, IPVS_SVC_ATTR_FLAGS, &wire, sizeof wire);
  put32(buffer, IPVS_SVC_ATTR_TIMEOUT, timeout);
  put32(buffer, IPVS_SVC_ATTR_NETMASK, service->address.family == AF_INET6 ? 128 : ~0u);
  unnest(buffer, nested);
  end(buffer, message);
}

static void put_destination(
    struct buffer *buffer, const struct sockets *sockets, const struct service *service, struct address address,
    uint16_t port, uint32_t weight) {
  size_t message = begin_ipvs(buffer, sockets, IPVS_CMD_NEW_DEST, 0);
  size_t nested = nest(buffer, IPVS_CMD_ATTR_SERVICE);
  put_service_key(buffer, service);
  unnest(buffer, nested);
  nested = nest(buffer, IPVS_CMD_ATTR_DEST);
  put16(buffer, IPVS_DEST_ATTR_ADDR_FAMILY, (uint16_t)address.family);
  put(buffer, IPVS_DEST_ATTR_ADDR, &address.bytes, address.length);
  put16(buffer, IPVS_DEST_ATTR_PORT, htons(port));
  put32(buffer, IPVS_DEST_ATTR_FWD_METHOD, IP_VS_CONN_F_MASQ);
  put32(buffer, IPVS_DEST_ATTR_WEIGHT, weight);
  put32(buffer, IPVS_DEST_ATTR_U_THRESH, 0);
  put32(buffer, IPVS_DEST_ATTR_L_THRESH, 0);
  unnest(buffer, nested);
  end(buffer, message);
}

static void put_destination_dump(
    struct buffer *buffer, const struct sockets *sockets, const struct service *service) {
  size_t message = begin_ipvs(buffer, sockets, IPVS_CMD_GET_DEST, NLM_F_DUMP);
  size_t nested = nest(buffer, IPVS_CMD_ATTR_SERVICE);
  put_service_key(buffer, service);
  unnest(buffer, nested);
  end(buffer, message);
}

// MARK: Addresses (linux/if_addr.h)

static void put_interface_address(struct buffer *buffer, const struct sockets *sockets, struct address address) {
  size_t message = begin(buffer, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE);
  struct ifaddrmsg *header = grow(buffer, NLMSG_ALIGN(sizeof *header));
  header->ifa_family = (uint8_t)address.family;
  header->ifa_prefixlen = (uint8_t)(address.length * 8);
  header->ifa_index = sockets->device;
  put(buffer, IFA_LOCAL, &address.bytes, address.length);
  put(buffer, IFA_ADDRESS, &address.bytes, address.length);
  if (address.family == AF_INET6) {
    put32(buffer, IFA_FLAGS, IFA_F_NODAD | IFA_F_NOPREFIXROUTE);
    struct ifa_cacheinfo lifetimes = {.ifa_prefered = 0, .ifa_valid = ~0u};
    put(buffer, IFA_CACHEINFO, &lifetimes, sizeof lifetimes);
  }
  end(buffer, message);
}

// MARK: Sets (linux/netfilter/ipset/ip_set.h)

// The message that takes members of one set, until it is full or another set comes.
struct open_set {
  char name[IPSET_MAXNAMELEN];
  size_t message;
  size_t members;
  int count;
};

static size_t begin_set(struct buffer *buffer, uint8_t command, const char *name, uint16_t flags) {
  size_t message = begin(buffer, (uint16_t)(NFNL_SUBSYS_IPSET << 8 | command), flags);
  struct nfgenmsg *header = grow(buffer, NLMSG_ALIGN(sizeof *header));
  header->nfgen_family = AF_INET;
  uint8_t protocol = 6;
  put(buffer, IPSET_ATTR_PROTOCOL, &protocol, sizeof protocol);
  put(buffer, IPSET_ATTR_SETNAME, name, strlen(name) + 1);
  return message;
}

static void put_set_dump(struct buffer *buffer, const char *name) {
  // Only with an acknowledgement asked for does the kernel say that a set is missing.
  end(buffer, begin_set(buffer, IPSET_CMD_LIST, name, NLM_F_DUMP | NLM_F_ACK));
}

static void put_set_headers_dump(struct buffer *buffer) {
  size_t message = begin(buffer, NFNL_SUBSYS_IPSET << 8 | IPSET_CMD_LIST, NLM_F_DUMP);
  struct nfgenmsg *header = grow(buffer, NLMSG_ALIGN(sizeof *header));
  header->nfgen_family = AF_INET;
  uint8_t protocol = 6;
  put(buffer, IPSET_ATTR_PROTOCOL, &protocol, sizeof protocol);
  put32(buffer, IPSET_ATTR_FLAGS | NLA_F_NET_BYTEORDER, htonl(IPSET_FLAG_LIST_HEADER));
  end(buffer, message);
}

static void close_set(struct buffer *buffer, struct open_set *set) {
  if (set->count == 0) return;
  unnest(buffer, set->members);
  end(buffer, set->message);
  set->count = 0;
}

static size_t begin_member(struct buffer *buffer, struct open_set *set, const char *name) {
  if (set->count == elements_per_message || strcmp(set->name, name) != 0) close_set(buffer, set);
  if (set->count == 0) {
    snprintf(set->name, sizeof set->name, "%s", name);
    set->message = begin_set(buffer, IPSET_CMD_ADD, name, 0);
    put32(buffer, IPSET_ATTR_LINENO | NLA_F_NET_BYTEORDER, htonl(1));
    set->members = nest(buffer, IPSET_ATTR_ADT);
  }
  set->count++;
  return nest(buffer, IPSET_ATTR_DATA);
}

static void end_member(struct buffer *buffer, struct open_set *set, size_t member) {
  put32(buffer, IPSET_ATTR_LINENO | NLA_F_NET_BYTEORDER, htonl((uint32_t)set->count));
  unnest(buffer, member);
}

static void put_set_address(struct buffer *buffer, uint16_t type, struct address address) {
  size_t nested = nest(buffer, type);
  uint16_t inner = address.family == AF_INET6 ? IPSET_ATTR_IPADDR_IPV6 : IPSET_ATTR_IPADDR_IPV4;
  put(buffer, inner | NLA_F_NET_BYTEORDER, &address.bytes, address.length);
  unnest(buffer, nested);
}

static void put_set_port(struct buffer *buffer, uint16_t port) {
  put16(buffer, IPSET_ATTR_PORT | NLA_F_NET_BYTEORDER, htons(port));
}

// MARK: The file

struct reader {
  const struct sockets *sockets;
  struct buffers buffers;
  struct service service;
  struct open_set set;
  int for_dumps;
};

static void read_member(struct reader *reader, const char *line) {
  char set[64], first[64], second[64] = "";
  int family, protocol, port;
  struct buffer *buffer = &reader->buffers.sets;
  size_t member;
  if (sscanf(line, "S %63s %d %63s %d %d %63s", set, &family, first, &protocol, &port, second) >= 5) {
    member = begin_member(buffer, &reader->set, set);
    put_set_address(buffer, IPSET_ATTR_IP, parse_address(family, first));
    put_set_port(buffer, (uint16_t)port);
    uint8_t number = (uint8_t)protocol;
    put(buffer, IPSET_ATTR_PROTO, &number, sizeof number);
    if (second[0]) put_set_address(buffer, IPSET_ATTR_IP2, parse_address(family, second));
  } else if (sscanf(line, "I %63s %d %63s", set, &family, first) == 3) {
    member = begin_member(buffer, &reader->set, set);
    put_set_address(buffer, IPSET_ATTR_IP, parse_address(family, first));
  } else if (sscanf(line, "P %63s %d", set, &port) == 2) {
    member = begin_member(buffer, &reader->set, set);
    put_set_port(buffer, (uint16_t)port);
  } else {
    fail(line);
    return;
  }
  end_member(buffer, &reader->set, member);
}

static void read_line(struct reader *reader, const char *line) {
  char address[64], scheduler[32];
  int family, protocol, port;
  unsigned flags, timeout, weight;
  struct buffer *ipvs = &reader->buffers.ipvs;
  if (sscanf(line, "V %d %d %63s %d %31s %u %u", &family, &protocol, address, &port, scheduler, &flags, &timeout) == 7) {
    reader->service = (struct service){parse_address(family, address), (uint16_t)protocol, (uint16_t)port};
    if (reader->for_dumps) {
      put_destination_dump(ipvs, reader->sockets, &reader->service);
    } else {
      put_service(ipvs, reader->sockets, &reader->service, scheduler, flags, timeout);
    }
  } else if (sscanf(line, "L %63s", address) == 1) {
    if (reader->for_dumps) put_set_dump(&reader->buffers.sets, address);
  } else if (reader->for_dumps) {
    return;
  } else if (sscanf(line, "R %63s %d %u", address, &port, &weight) == 3) {
    int version = reader->service.address.family == AF_INET6 ? 6 : 4;
    put_destination(
        ipvs, reader->sockets, &reader->service, parse_address(version, address), (uint16_t)port, weight);
  } else if (sscanf(line, "A %d %63s", &family, address) == 2) {
    put_interface_address(&reader->buffers.addresses, reader->sockets, parse_address(family, address));
  } else {
    read_member(reader, line);
  }
}

struct buffers read_objects(const char *path, const struct sockets *sockets, int for_dumps) {
  struct reader reader = {.sockets = sockets, .for_dumps = for_dumps};
  FILE *file = fopen(path, "r");
  if (!file) fail(path);
  if (for_dumps) {
    struct buffer *services = &reader.buffers.services;
    end(services, begin_ipvs(services, sockets, IPVS_CMD_GET_SERVICE, NLM_F_DUMP));
    size_t message = begin(&reader.buffers.addresses, RTM_GETADDR, NLM_F_DUMP);
    struct ifaddrmsg *header = grow(&reader.buffers.addresses, NLMSG_ALIGN(sizeof *header));
    header->ifa_index = sockets->device;
    end(&reader.buffers.addresses, message);
    put_set_headers_dump(&reader.buffers.sets);
  }
  char line[256];
  while (fgets(line, sizeof line, file)) read_line(&reader, line);
  fclose(file);
  close_set(&reader.buffers.sets, &reader.set);
  return reader.buffers;
}
