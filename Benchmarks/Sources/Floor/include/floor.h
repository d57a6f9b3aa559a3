#ifndef FLOOR_H
#define FLOOR_H

#include <stddef.h>
#include <stdint.h>

// Netlink sockets, with the largest buffers that root can have.
struct sockets {
  int ipvs;
  int destinations;
  int route;
  int set;
  uint16_t ipvs_family;
  unsigned device;
};

// Messages, end to end, ready to be sent.
struct buffer {
  char *bytes;
  size_t length;
  size_t capacity;
  size_t messages;
};

// In the order in which they go to the kernel: members, virtual and real servers, addresses. For dumps, `services` has
// that of the virtual servers and `ipvs` those of the real servers of each.
struct buffers {
  struct buffer sets;
  struct buffer services;
  struct buffer ipvs;
  struct buffer addresses;
};

struct sockets open_sockets(void);

// Reads the objects of a file; for dumps, makes the request that reads each of them back instead.
struct buffers read_objects(const char *path, const struct sockets *sockets, int for_dumps);

// Seconds of wall time for each kind of object.
struct phases {
  double members;
  double servers;
  double addresses;
};

// Sends everything, so many bytes in a system call, asking for an acknowledgement at the end of each. Returns the number
// of messages. Ends the process when the kernel refuses one.
size_t send_all(struct sockets *sockets, struct buffers *buffers, size_t chunk_bytes, struct phases *phases);

// Sends each dump alone and receives it to its end, with room for so many bytes of a real server's in each call. Returns
// the number of requests.
size_t run_dumps(struct sockets *sockets, struct buffers *buffers, size_t room, struct phases *phases);

// Seconds on a clock that only goes forward.
double now(void);

void fail(const char *what);

#endif
