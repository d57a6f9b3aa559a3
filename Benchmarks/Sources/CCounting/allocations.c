// The C library's allocator with counters before it. An executable's own malloc is the one that every library of the
// process gets.
#include "counting.h"

#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stddef.h>

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);
void __libc_free(void *);

void counting_toggle_instructions(void);

static atomic_bool is_counting;
static atomic_uint_fast64_t allocations, bytes;
static atomic_int_fast64_t held, peak;
// Initial-exec: reading it never allocates.
static _Thread_local bool is_paused __attribute__((tls_model("initial-exec")));

static bool counts(void) { return atomic_load_explicit(&is_counting, memory_order_relaxed) && !is_paused; }

static void hold(int64_t change) {
  int_fast64_t now = atomic_fetch_add_explicit(&held, change, memory_order_relaxed) + change;
  int_fast64_t highest = atomic_load_explicit(&peak, memory_order_relaxed);
  while (now > highest &&
         !atomic_compare_exchange_weak_explicit(&peak, &highest, now, memory_order_relaxed, memory_order_relaxed)) {
  }
}

static void *counted(void *pointer, size_t size) {
  if (pointer == NULL || !counts()) return pointer;
  atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed);
  atomic_fetch_add_explicit(&bytes, size, memory_order_relaxed);
  hold((int64_t)malloc_usable_size(pointer));
  return pointer;
}

void *malloc(size_t size) { return counted(__libc_malloc(size), size); }

void *calloc(size_t count, size_t size) { return counted(__libc_calloc(count, size), count * size); }

void *realloc(void *old, size_t size) {
  int64_t before = counts() ? (int64_t)malloc_usable_size(old) : 0;
  void *pointer = __libc_realloc(old, size);
  if (counts() && (pointer != NULL || size == 0)) hold(-before);
  return counted(pointer, size);
}

void free(void *pointer) {
  if (pointer != NULL && counts()) hold(-(int64_t)malloc_usable_size(pointer));
  __libc_free(pointer);
}

void *memalign(size_t alignment, size_t size) { return counted(__libc_memalign(alignment, size), size); }

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **result, size_t alignment, size_t size) {
  if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0 || alignment == 0) return EINVAL;
  void *pointer = memalign(alignment, size);
  if (pointer == NULL) return ENOMEM;
  *result = pointer;
  return 0;
}

void counting_start(void) {
  atomic_store(&allocations, 0);
  atomic_store(&bytes, 0);
  atomic_store(&held, 0);
  atomic_store(&peak, 0);
  atomic_store(&is_counting, true);
}

struct counting_totals counting_now(void) {
  struct counting_totals totals = {
      .allocations = atomic_load(&allocations),
      .bytes = atomic_load(&bytes),
      .held = atomic_load(&held),
      .peak = atomic_load(&peak),
  };
  return totals;
}

struct counting_totals counting_stop(void) {
  atomic_store(&is_counting, false);
  return counting_now();
}

void counting_pause(void) {
  is_paused = true;
  counting_toggle_instructions();
}

void counting_resume(void) {
  counting_toggle_instructions();
  is_paused = false;
}
