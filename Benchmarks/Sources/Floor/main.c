// The floor under every figure for the kernel: the same objects, put into the same kernel from buffers that are ready
// before the clock starts, and read back with the same dumps. Nothing is decided, compared or kept.
//
//   Floor write FILE   puts the objects of FILE into this network namespace; sets and device must be there
//   Floor read FILE    reads all virtual servers, the real servers of each, the addresses and the sets
//
// One object a line, as KernelBenchmark's `objects` prints them:
//   V family protocol address port scheduler flags timeout     a virtual server
//   R address port weight                                      a real server of the last one
//   A family address                                           an address on kube-ipvs0
//   S set family address protocol port [address]               a member of a set of addresses and ports
//   I set family address                                       a member of a set of addresses
//   P set port                                                 a member of a set of ports
// Prints: seconds of wall time, of user and of system CPU time, messages.

#include "floor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static double seconds(struct timeval time) { return (double)time.tv_sec + (double)time.tv_usec / 1e6; }

struct clock {
  struct timespec wall;
  struct rusage usage;
};

static struct clock read_clock(void) {
  struct clock clock;
  clock_gettime(CLOCK_MONOTONIC, &clock.wall);
  getrusage(RUSAGE_SELF, &clock.usage);
  return clock;
}

static void print_since(struct clock start, size_t messages) {
  struct clock end = read_clock();
  double wall = (double)(end.wall.tv_sec - start.wall.tv_sec) + (double)(end.wall.tv_nsec - start.wall.tv_nsec) / 1e9;
  printf(
      "%.6f %.6f %.6f %zu\n", wall, seconds(end.usage.ru_utime) - seconds(start.usage.ru_utime),
      seconds(end.usage.ru_stime) - seconds(start.usage.ru_stime), messages);
}

int main(int argument_count, char **arguments) {
  if (argument_count != 3 || (strcmp(arguments[1], "write") != 0 && strcmp(arguments[1], "read") != 0)) {
    fprintf(stderr, "usage: Floor write|read FILE\n");
    return 64;
  }
  struct sockets sockets = open_sockets();
  struct buffers buffers = read_objects(arguments[2], &sockets, strcmp(arguments[1], "read") == 0);
  struct clock start = read_clock();
  size_t messages = strcmp(arguments[1], "read") == 0 ? run_dumps(&sockets, &buffers) : send_all(&sockets, &buffers);
  print_since(start, messages);
  return 0;
}
