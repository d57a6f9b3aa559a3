#pragma once
#include <stddef.h>

/// Bytes of the heap that are in use, with malloc's own headers and rounding, over all arenas.
size_t heap_use_bytes(void);
