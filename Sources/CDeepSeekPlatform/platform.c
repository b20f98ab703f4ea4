#define _GNU_SOURCE
#include "CDeepSeekPlatform.h"

#include <stddef.h>

#if defined(__linux__)
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

void dsp_wait_on_address(const uint32_t *address, uint32_t expected) {
  syscall(SYS_futex, address, FUTEX_WAIT_PRIVATE, expected, NULL, NULL, 0);
}

void dsp_wake_all(const uint32_t *address) { syscall(SYS_futex, address, FUTEX_WAKE_PRIVATE, 0x7FFFFFFF, NULL, NULL, 0); }

int dsp_affinity_count(void) {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 0;
}
#else
#include <time.h>

// Elsewhere a short sleep stands in for the futex: slower to wake, never wrong.
void dsp_wait_on_address(const uint32_t *address, uint32_t expected) {
  if (dsp_load_acquire(address) != expected) return;
  const struct timespec pause = {0, 100000};
  nanosleep(&pause, NULL);
}

void dsp_wake_all(const uint32_t *address) { (void)address; }

int dsp_affinity_count(void) { return 0; }
#endif
