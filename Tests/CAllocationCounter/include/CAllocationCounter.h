#pragma once
#include <stdint.h>

/// Counts allocations of all threads from now on.
void allocation_counter_start(void);

/// Ends counting; how many there were.
int64_t allocation_counter_stop(void);
