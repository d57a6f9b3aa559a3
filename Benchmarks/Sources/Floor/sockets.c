#include "floor.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <linux/ip_vs.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { socket_bytes = 8 << 20 };

static char answer[1 << 18];

double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

void fail(const char *what) {
  fprintf(stderr, "Floor: %s: %s\n", what, strerror(errno));
  exit(1);
}

static int open_socket(int protocol) {
  int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
  struct sockaddr_nl address = {.nl_family = AF_NETLINK};
  int size = socket_bytes, yes = 1;
  if (descriptor < 0 || bind(descriptor, (struct sockaddr *)&address, sizeof address) != 0) fail("netlink socket");
  setsockopt(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size);
  setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
  setsockopt(descriptor, SOL_NETLINK, NETLINK_CAP_ACK, &yes, sizeof yes);
  setsockopt(descriptor, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &yes, sizeof yes);
  return descriptor;
}

static uint16_t family_number(int descriptor, const char *name) {
  struct {
    struct nlmsghdr header;
    struct genlmsghdr generic;
    struct nlattr attribute;
    char name[16];
  } request = {
      .header = {.nlmsg_len = sizeof request, .nlmsg_type = GENL_ID_CTRL, .nlmsg_flags = NLM_F_REQUEST},
      .generic = {.cmd = CTRL_CMD_GETFAMILY, .version = 1},
      .attribute = {.nla_len = NLA_HDRLEN + sizeof request.name, .nla_type = CTRL_ATTR_FAMILY_NAME},
  };
  snprintf(request.name, sizeof request.name, "%s", name);
  request.attribute.nla_len = (uint16_t)(NLA_HDRLEN + strlen(name) + 1);
  if (send(descriptor, &request, sizeof request, 0) < 0) fail("asking for the family");
  ssize_t length = recv(descriptor, answer, sizeof answer, 0);
  struct nlmsghdr *header = (struct nlmsghdr *)answer;
  if (length <= 0 || header->nlmsg_type == NLMSG_ERROR) fail("this kernel has no IPVS");
  char *end = answer + header->nlmsg_len;
  for (char *place = answer + NLMSG_HDRLEN + GENL_HDRLEN; place < end;) {
    struct nlattr *attribute = (struct nlattr *)place;
    if (attribute->nla_type == CTRL_ATTR_FAMILY_ID) return *(uint16_t *)(place + NLA_HDRLEN);
    place += NLA_ALIGN(attribute->nla_len);
  }
  fail("the family has no number");
  return 0;
}

struct sockets open_sockets(void) {
  struct sockets sockets = {
      .ipvs = open_socket(NETLINK_GENERIC),
      .destinations = open_socket(NETLINK_GENERIC),
      .route = open_socket(NETLINK_ROUTE),
      .set = open_socket(NETLINK_NETFILTER)};
  sockets.ipvs_family = family_number(sockets.ipvs, IPVS_GENL_NAME);
  sockets.device = if_nametoindex("kube-ipvs0");
  if (sockets.device == 0) fail("kube-ipvs0");
  return sockets;
}

// MARK: Writing

// Receives until the acknowledgement; a refusal is the end: the floor is only worth something when all of it is there.
static void await_acknowledgement(int descriptor, uint32_t sequence) {
  for (;;) {
    ssize_t length = recv(descriptor, answer, sizeof answer, 0);
    if (length < 0) fail("recv");
    unsigned left = (unsigned)length;
    for (struct nlmsghdr *header = (struct nlmsghdr *)answer; NLMSG_OK(header, left); header = NLMSG_NEXT(header, left)) {
      if (header->nlmsg_type != NLMSG_ERROR) continue;
      struct nlmsgerr *error = NLMSG_DATA(header);
      if (error->error != 0) {
        errno = -error->error;
        fail("the kernel refuses an object");
      }
      if (header->nlmsg_seq == sequence) return;
    }
  }
}

static size_t send_buffer(int descriptor, struct buffer *buffer, size_t chunk_bytes) {
  uint32_t sequence = 0;
  size_t sent = 0;
  while (sent < buffer->length) {
    size_t next = sent;
    struct nlmsghdr *last = NULL;
    while (next < buffer->length && next - sent < chunk_bytes) {
      last = (struct nlmsghdr *)(buffer->bytes + next);
      last->nlmsg_seq = ++sequence;
      next += NLMSG_ALIGN(last->nlmsg_len);
    }
    last->nlmsg_flags |= NLM_F_ACK;
    if (send(descriptor, buffer->bytes + sent, next - sent, 0) < 0) fail("send");
    await_acknowledgement(descriptor, sequence);
    sent = next;
  }
  return buffer->messages;
}

size_t send_all(struct sockets *sockets, struct buffers *buffers, size_t chunk_bytes, struct phases *phases) {
  double start = now();
  size_t messages = send_buffer(sockets->set, &buffers->sets, chunk_bytes);
  double members = now();
  messages += send_buffer(sockets->ipvs, &buffers->ipvs, chunk_bytes);
  double servers = now();
  messages += send_buffer(sockets->route, &buffers->addresses, chunk_bytes);
  *phases = (struct phases){members - start, servers - members, now() - servers};
  return messages;
}

// MARK: Reading

static void receive_dump(int descriptor, size_t room) {
  for (;;) {
    ssize_t length = recv(descriptor, answer, room, MSG_TRUNC);
    if (length < 0) fail("recv");
    if ((size_t)length > room) fail("a part of a dump is longer than there is room for");
    unsigned left = (unsigned)length;
    for (struct nlmsghdr *header = (struct nlmsghdr *)answer; NLMSG_OK(header, left); header = NLMSG_NEXT(header, left)) {
      if (header->nlmsg_type == NLMSG_DONE) return;
      if (header->nlmsg_type == NLMSG_ERROR) {
        errno = -((struct nlmsgerr *)NLMSG_DATA(header))->error;
        fail("a dump");
      }
    }
  }
}

static size_t dump_buffer(int descriptor, struct buffer *buffer, size_t room) {
  uint32_t sequence = 0;
  for (size_t next = 0; next < buffer->length;) {
    struct nlmsghdr *header = (struct nlmsghdr *)(buffer->bytes + next);
    header->nlmsg_seq = ++sequence;
    if (send(descriptor, header, header->nlmsg_len, 0) < 0) fail("send");
    receive_dump(descriptor, room);
    next += NLMSG_ALIGN(header->nlmsg_len);
  }
  return buffer->messages;
}

size_t run_dumps(struct sockets *sockets, struct buffers *buffers, size_t room, struct phases *phases) {
  double start = now();
  size_t messages = dump_buffer(sockets->ipvs, &buffers->services, sizeof answer);
  messages += dump_buffer(sockets->destinations, &buffers->ipvs, room);
  double servers = now();
  messages += dump_buffer(sockets->route, &buffers->addresses, sizeof answer);
  double addresses = now();
  messages += dump_buffer(sockets->set, &buffers->sets, sizeof answer);
  *phases = (struct phases){now() - addresses, servers - start, addresses - servers};
  return messages;
}
