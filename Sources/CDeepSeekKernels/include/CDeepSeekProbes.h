#pragma once
// Loops that do nothing but what an instruction set can do at most: the ceilings that figures are given against.

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

typedef struct dsk_probe {
  /// Of the instruction set, as for kernels.
  const char *isa;
  /// "float32", "bfloat16" or "int8": what is multiplied; sums are float32 or int32.
  const char *elements;
  /// Multiplications and additions of one iteration.
  double operations;
  /// Runs in registers, and returns something that depends on the result.
  float (*_Nonnull run)(size_t iterations);
} dsk_probe;

/// The probes that this processor can run.
size_t dsk_probe_count(void);
const dsk_probe *_Nullable dsk_probe_at(size_t index);

/// Reads memory, a multiple of 256 bytes, once from start to end.
uint64_t dsk_probe_read(const void *memory, size_t bytes);

#pragma clang assume_nonnull end
