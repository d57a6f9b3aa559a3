#include "counting.h"

// Without valgrind's headers everything works but the counting of instructions.
#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>

bool counting_has_instructions(void) { return RUNNING_ON_VALGRIND; }

void counting_instrument(bool on) {
  if (on) {
    CALLGRIND_START_INSTRUMENTATION;
  } else {
    CALLGRIND_STOP_INSTRUMENTATION;
  }
}

void counting_zero_instructions(void) { CALLGRIND_ZERO_STATS; }
void counting_dump_instructions(void) { CALLGRIND_DUMP_STATS; }
// Callgrind keeps this state for each thread.
void counting_toggle_instructions(void) { CALLGRIND_TOGGLE_COLLECT; }

#else

bool counting_has_instructions(void) { return false; }
void counting_instrument(bool on) { (void)on; }
void counting_zero_instructions(void) {}
void counting_dump_instructions(void) {}
void counting_toggle_instructions(void) {}

#endif
