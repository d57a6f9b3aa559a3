// The floor under every figure for the kernel: the same objects, put into the same kernel from buffers that are ready
// before the clock starts, and read back with the same dumps. Nothing is decided, compared or kept.
//
//   Floor write FILE [BYTES]   puts the objects of FILE into this network namespace, so many bytes in a system call;
//                              sets and device must be there
//   Floor read FILE [BYTES]    reads all virtual servers, the real servers of each, the addresses, the headers of all sets
//                              and the members of those that have some by their names: in one dump of all members there
//                              would be everybody's, and a firewall's are large; with room for so many bytes of a real
//                              server's dump, 32 KiB as the kernel recommends
//
// One object a line, as KernelBenchmark's `objects` prints them:
//   L set                                              a set whose members are to be read back
//   V family protocol address port scheduler flags timeout     a virtual server
//   R address port weight                                      a real server of the last one
//   A family address                                           an address on kube-ipvs0
//   S set family address protocol port [address]               a member of a set of addresses and ports
//   I set family address                                       a member of a set of addresses
//   P set port                                                 a member of a set of ports
// Prints: seconds of wall time, of user and of system CPU time, messages, and the wall time for each kind of object.

#include "floor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

// More in one system call gains nothing.
enum { default_chunk_bytes = 1 << 20 };
// Documentation/userspace-api/netlink/intro.rst.
enum { default_room = 32 << 10 };

static double seconds(struct timeval time) { return (double)time.tv_sec + (double)time.tv_usec / 1e6; }

struct clock {
  double wall;
  struct rusage usage;
};

static struct clock read_clock(void) {
  struct clock clock = {.wall = now()};
  getrusage(RUSAGE_SELF, &clock.usage);
  return clock;
}

static void print_since(struct clock start, size_t messages, struct phases phases) {
  struct clock end = read_clock();
  printf(
      "%.6f %.6f %.6f %zu members=%.6f servers=%.6f addresses=%.6f\n", end.wall - start.wall,
      seconds(end.usage.ru_utime) - seconds(start.usage.ru_utime),
      seconds(end.usage.ru_stime) - seconds(start.usage.ru_stime), messages, phases.members, phases.servers,
      phases.addresses);
}

int main(int argument_count, char **arguments) {
  int is_complete = argument_count == 3 || argument_count == 4;
  int is_read = is_complete && strcmp(arguments[1], "read") == 0;
  int is_write = is_complete && strcmp(arguments[1], "write") == 0;
  long bytes = argument_count == 4 ? atol(arguments[3]) : is_read ? default_room : default_chunk_bytes;
  if ((!is_read && !is_write) || bytes <= 0) {
    fprintf(stderr, "usage: Floor write FILE [BYTES] | read FILE [BYTES]\n");
    return 64;
  }
  struct sockets sockets = open_sockets();
  struct buffers buffers = read_objects(arguments[2], &sockets, is_read);
  struct phases phases;
  struct clock start = read_clock();
  size_t messages = is_read ? run_dumps(&sockets, &buffers, (size_t)bytes, &phases)
                            : send_all(&sockets, &buffers, (size_t)bytes, &phases);
  print_since(start, messages, phases);
  return 0;
}
