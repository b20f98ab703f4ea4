#pragma once
// System calls and instructions that Swift cannot express.

#include <stdatomic.h>
#include <stdint.h>

/// Sleeps until another thread wakes the address, unless it no longer holds `expected`. May wake without reason.
void dsp_wait_on_address(const uint32_t *address, uint32_t expected);

/// Wakes every thread that sleeps on the address.
void dsp_wake_all(const uint32_t *address);

/// Tells the processor that this is a spinning loop.
static inline void dsp_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static inline uint32_t dsp_load_acquire(const uint32_t *address) { return __atomic_load_n(address, __ATOMIC_ACQUIRE); }

/// Sequentially consistent: a sleeper's announcement and the waker's look at it must not pass each other.
static inline uint32_t dsp_load(const uint32_t *address) { return __atomic_load_n(address, __ATOMIC_SEQ_CST); }

static inline void dsp_store_release(uint32_t *address, uint32_t value) {
  __atomic_store_n(address, value, __ATOMIC_RELEASE);
}

/// Returns the new value.
static inline uint32_t dsp_add(uint32_t *address, uint32_t amount) {
  return __atomic_add_fetch(address, amount, __ATOMIC_SEQ_CST);
}

/// How many processors the scheduler lets this process use; 0 where the system does not say.
int dsp_affinity_count(void);

/// What a program that nobody trusts may use.
typedef struct {
  uint64_t cpu_seconds;
  /// Of address space.
  uint64_t memory_bytes;
  /// Of a file that it writes.
  uint64_t file_bytes;
} dsp_limits;

/// Starts a program in a session of its own, in a folder, under limits, with nothing open but its output (for what it
/// prints and for its errors) and, where the system lets it, without a network.
///
/// - Returns: the process, to be waited for; or minus an error number.
/// - network_error: 0 when it has no network, else why it has one.
int dsp_spawn_limited(const char *path, char *const arguments[], char *const environment[], const char *folder,
                      int output, const dsp_limits *limits, int *network_error);
