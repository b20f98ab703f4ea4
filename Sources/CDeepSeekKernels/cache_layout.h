#pragma once
// Where things lie in a page of the cache: see `CDeepSeekCacheKernels.h`.

#include <string.h>

#include "include/CDeepSeekCacheKernels.h"
#include "packed_layout.h"

extern const dsk_cache_kernels dsk_cache_scalar;
#if defined(__x86_64__)
extern const dsk_cache_kernels dsk_cache_avx2;
extern const dsk_cache_kernels dsk_cache_avx512;
#elif defined(__aarch64__)
extern const dsk_cache_kernels dsk_cache_neon;
#endif

/// The largest weight of a token, scales that are tried for a row, and the one that stands for "not a number".
enum { WEIGHT_LIMIT = 16383, SCALE_CHOICES = 8, SCALE_NAN = 255 };

LAYOUT_INLINE size_t cache_planes(dsk_cache_type type) { return type == DSK_CACHE_INT8 ? 4 : 3; }
LAYOUT_INLINE size_t cache_block_bytes(dsk_cache_type type) { return cache_planes(type) * DSK_CACHE_PLANE; }
LAYOUT_INLINE size_t cache_blocks(size_t k) { return (k + DSK_CACHE_COLUMNS - 1) / DSK_CACHE_COLUMNS; }
LAYOUT_INLINE int32_t cache_zero(dsk_cache_type type) { return type == DSK_CACHE_INT8 ? 128 : 32; }

LAYOUT_INLINE const uint8_t *cache_scales(dsk_cache_type type, const uint8_t *segment, size_t k) {
  return segment + cache_blocks(k) * cache_block_bytes(type);
}

LAYOUT_INLINE float cache_scale(uint8_t bits) {
  const uint32_t value = bits == SCALE_NAN ? 0x7FC00000u : ((uint32_t)bits << 20) + INT4_SCALE_BIAS;
  float scale;
  memcpy(&scale, &value, sizeof scale);
  return scale;
}

/// The smallest scale that reaches `largest` in `limit` steps; what none does, or is no number, gets `SCALE_NAN`.
LAYOUT_INLINE uint8_t cache_scale_reaching(float largest, float limit) {
  if (!(largest <= cache_scale(SCALE_NAN - 1) * limit)) return SCALE_NAN;
  uint32_t bits;
  const float wanted = largest / limit, least = cache_scale(0);
  if (wanted <= least) return 0;
  memcpy(&bits, &wanted, sizeof bits);
  // Rounded up to three bits of fraction. A quotient that was rounded down may be short of `largest` by one rounding.
  return (uint8_t)((bits - INT4_SCALE_BIAS + 0xFFFFF) >> 20);
}

/// The four quads of a token's sixteen columns as bytes u, from the token's four bytes in each plane.
LAYOUT_INLINE void cache_quads(dsk_cache_type type, const uint8_t *token, uint32_t quads[4]) {
  memcpy(&quads[0], token, 4);
  memcpy(&quads[1], token + DSK_CACHE_PLANE, 4);
  memcpy(&quads[2], token + 2 * DSK_CACHE_PLANE, 4);
  if (type == DSK_CACHE_INT8) {
    memcpy(&quads[3], token + 3 * DSK_CACHE_PLANE, 4);
    return;
  }
  const uint32_t low = quads[0], next = quads[1], high = quads[2];
  quads[0] = (low & 0x0F0F0F0F) | (high << 4 & 0x30303030);
  quads[1] = (low >> 4 & 0x0F0F0F0F) | (high << 2 & 0x30303030);
  quads[2] = (next & 0x0F0F0F0F) | (high & 0x30303030);
  quads[3] = (next >> 4 & 0x0F0F0F0F) | (high >> 2 & 0x30303030);
}

/// The reverse.
LAYOUT_INLINE void cache_set_quads(dsk_cache_type type, const uint32_t quads[4], uint8_t *token) {
  if (type == DSK_CACHE_INT8) {
    for (int q = 0; q < 4; q++) memcpy(token + q * DSK_CACHE_PLANE, &quads[q], 4);
    return;
  }
  const uint32_t low = (quads[0] & 0x0F0F0F0F) | (quads[1] & 0x0F0F0F0F) << 4;
  const uint32_t next = (quads[2] & 0x0F0F0F0F) | (quads[3] & 0x0F0F0F0F) << 4;
  const uint32_t high = (quads[0] & 0x30303030) >> 4 | (quads[1] & 0x30303030) >> 2 | (quads[2] & 0x30303030) |
                        (quads[3] & 0x30303030) << 2;
  memcpy(token, &low, 4);
  memcpy(token + DSK_CACHE_PLANE, &next, 4);
  memcpy(token + 2 * DSK_CACHE_PLANE, &high, 4);
}

/// Columns of the block of 128 that begins at a column, rounded up to sixteen.
LAYOUT_INLINE size_t cache_columns_from(size_t first, size_t k) {
  const size_t rest = cache_blocks(k) * DSK_CACHE_COLUMNS - first;
  return rest < DSK_BLOCK ? rest : DSK_BLOCK;
}

/// Σ q over the block of 128 columns that begins at a column, of a row of quantised activations.
LAYOUT_INLINE int32_t query_sum(const uint8_t *row, size_t k, size_t first) {
  const size_t group = first / DSK_GROUP, count = groups_from(group, group_count(k));
  float sum = 0;
  for (size_t i = 0; i < count; i++) sum += row_sums(row, k)[group + i];
  return (int32_t)sum;
}
