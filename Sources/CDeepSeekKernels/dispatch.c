#include <string.h>

#include "cache_layout.h"
#include "packed_layout.h"
#include "tables.h"

const dsk_kernels *_Nonnull dsk_reference_kernels(void) { return &dsk_scalar; }

const dsk_kernels *_Nullable dsk_kernels_named(const char *_Nonnull name) {
  if (strcmp(name, "scalar") == 0) return &dsk_scalar;
#if defined(__x86_64__)
  __builtin_cpu_init();
  const int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
  if (strcmp(name, "avx2") == 0) return avx2 ? &dsk_avx2 : NULL;
  if (strcmp(name, "avx512") == 0)
    return avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                   __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni") &&
                   __builtin_cpu_supports("avx512bf16")
               ? &dsk_avx512
               : NULL;
#elif defined(__aarch64__)
  if (strcmp(name, "neon") == 0) return &dsk_neon;
#endif
  return NULL;
}

const dsk_packed_kernels *_Nonnull dsk_reference_packed_kernels(void) { return &dsk_packed_scalar; }

const dsk_packed_kernels *_Nullable dsk_packed_kernels_named(const char *_Nonnull name) {
  const dsk_kernels *kernels = dsk_kernels_named(name);
  if (kernels == &dsk_scalar) return &dsk_packed_scalar;
#if defined(__x86_64__)
  if (kernels == &dsk_avx2) return &dsk_packed_avx2;
  if (kernels == &dsk_avx512) return &dsk_packed_avx512;
#elif defined(__aarch64__)
  if (kernels == &dsk_neon) return &dsk_packed_neon;
#endif
  return NULL;
}

const dsk_cache_kernels *_Nonnull dsk_reference_cache_kernels(void) { return &dsk_cache_scalar; }

const dsk_cache_kernels *_Nullable dsk_cache_kernels_named(const char *_Nonnull name) {
  const dsk_kernels *kernels = dsk_kernels_named(name);
  if (kernels == &dsk_scalar) return &dsk_cache_scalar;
#if defined(__x86_64__)
  if (kernels == &dsk_avx2) return &dsk_cache_avx2;
  if (kernels == &dsk_avx512) return &dsk_cache_avx512;
#elif defined(__aarch64__)
  if (kernels == &dsk_neon) return &dsk_cache_neon;
#endif
  return NULL;
}
