#pragma once
// Where things lie in a panel and in a row of quantised activations: see `CDeepSeekPackedKernels.h`.

#include <math.h>
#include <string.h>

#include "include/CDeepSeekPackedKernels.h"

extern const dsk_packed_kernels dsk_packed_scalar;
#if defined(__x86_64__)
extern const dsk_packed_kernels dsk_packed_avx2;
extern const dsk_packed_kernels dsk_packed_avx512;
void dsk_quantize_row_avx2(const float *x, size_t k, uint8_t *row);
void dsk_unpack_int4_avx2(const uint8_t *panel, size_t k, size_t half, float *out, size_t step, size_t row);
void dsk_unpack_int4_wide_avx2(const uint8_t *panel, size_t k, size_t half, float *out, size_t step, size_t row);
void dsk_unpack_int8_avx2(const uint8_t *panel, size_t k, size_t half, float *out, size_t step, size_t row);
#elif defined(__aarch64__)
extern const dsk_packed_kernels dsk_packed_neon;
#endif

#define LAYOUT_INLINE static inline __attribute__((always_inline))

/// Bytes of the header and of the elements of one group.
LAYOUT_INLINE size_t header_bytes(dsk_packed_type type) { return type == DSK_INT4_WIDE ? 64 : 32; }
LAYOUT_INLINE size_t element_bytes(dsk_packed_type type) { return type == DSK_INT8 ? 512 : 256; }

LAYOUT_INLINE size_t group_count(size_t k) { return (k + DSK_GROUP - 1) / DSK_GROUP; }
LAYOUT_INLINE size_t block_count(size_t k) { return (k + DSK_BLOCK - 1) / DSK_BLOCK; }

/// Groups of the block that begins at a group.
LAYOUT_INLINE size_t groups_from(size_t group, size_t groups) {
  const size_t most = DSK_BLOCK / DSK_GROUP;
  return groups - group < most ? groups - group : most;
}

LAYOUT_INLINE const float *row_scales(const uint8_t *row, size_t k) {
  return (const float *)(const void *)(row + group_count(k) * DSK_GROUP);
}
LAYOUT_INLINE const float *row_sums(const uint8_t *row, size_t k) { return row_scales(row, k) + block_count(k); }

/// Bits of the scale's exponent before its first: 2^−24.
enum { INT4_SCALE_BIAS = (127 - 24) << 23 };
