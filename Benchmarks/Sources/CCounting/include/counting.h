#ifndef COUNTING_H
#define COUNTING_H

#include <stdbool.h>
#include <stdint.h>

/// What malloc and its kin were asked for since `counting_start`, by all threads.
struct counting_totals {
  uint64_t allocations;
  /// Bytes that were asked for.
  uint64_t bytes;
  /// Usable bytes that are held now, less those held at the start; what was freed since then counts against it.
  int64_t held;
  /// The largest that `held` has been.
  int64_t peak;
};

/// Counts from zero, until `counting_stop`.
void counting_start(void);
struct counting_totals counting_now(void);
struct counting_totals counting_stop(void);

/// Leaves what this thread does out of all counts, until `counting_resume`. Not to be nested.
void counting_pause(void);
void counting_resume(void);

/// Whether callgrind counts instructions of this process.
bool counting_has_instructions(void);
/// Callgrind's slow part, off when it was begun with --instr-atstart=no: only what runs while it is on can be counted.
void counting_instrument(bool on);
/// Forgets the instructions counted so far.
void counting_zero_instructions(void);
/// Has callgrind write the instructions counted so far to its next file, and forgets them.
void counting_dump_instructions(void);

#endif
