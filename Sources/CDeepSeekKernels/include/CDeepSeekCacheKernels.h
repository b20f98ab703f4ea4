#pragma once
// A cache in few bits: rows are quantised as they are written, and read where they lie.
//
// A page holds 64 tokens. A cache row has segments (of latent attention: the normalised latent, and the rotated key),
// each of k columns and with a scale of its own. In a page, a segment is ceil(k/16) blocks of sixteen columns, each of
// four planes (8 bits) or three (6 bits), a plane being [64 tokens][4 bytes]; then come the scales, u8 [64].
//
//   value = s · (u − z)      DSK_CACHE_INT8: u in 1...255, z = 128;      DSK_CACHE_6BIT: u in 0...63, z = 32
//   s = 2^(e−24)·(1 + f/8) of a scale's five high bits e and three low bits f; 255 stands for "not a number", as a row
//   gets it that has such a number or one that is too large.
//
// In 8 bits, byte c of plane q is column 4q + c of the block. In 6 bits, the four low bits of columns 4q + c are in byte c
// of plane q / 2, the low half for even q and the high half for odd q; their two high bits are in byte c of plane 2, at
// bit 2q. So one unpacked plane, [tokens][4 columns], is what instructions for dot products of four bytes take, for any
// width of register; no two tokens share a byte, and threads may write tokens of one page at the same time.
//
// Sums of products are exact integers, so every instruction set gives the same bits, however heads and pages are divided.

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

typedef enum dsk_cache_type { DSK_CACHE_INT8 = 0, DSK_CACHE_6BIT = 1, DSK_CACHE_TYPES = 2 } dsk_cache_type;

enum { DSK_CACHE_TOKENS = 64, DSK_CACHE_COLUMNS = 16, DSK_CACHE_PLANE = 256 };

/// Bytes of a segment of k columns in a page.
size_t dsk_cache_segment_bytes(dsk_cache_type type, size_t k);

/// What one head gives each token of a page, in 14 bits: (128·high + low)·scale.
typedef struct dsk_cache_weights {
  uint8_t high[DSK_CACHE_TOKENS];
  uint8_t low[DSK_CACHE_TOKENS];
  float scale;
  /// Σ (128·high + low)
  int32_t sum;
  uint8_t padding[56];
} dsk_cache_weights;

typedef struct dsk_cache_kernels {
  /// Writes a token's row of a segment: of the smallest scale that reaches the largest magnitude and the seven below it
  /// the one with the least squared error, elements rounded to nearest even.
  void (*_Nonnull encode[DSK_CACHE_TYPES])(const float *x, size_t k, size_t token, uint8_t *segment);

  /// y[t·y_stride + i] = the values of tokens first + t, for t < count, i < k.
  void (*_Nonnull decode[DSK_CACHE_TYPES])(const uint8_t *segment, size_t k, size_t first, size_t count, float *y,
                                           size_t y_stride);

  /// scores[h·64 + j] += q_h · c_j for h < heads and all 64 tokens. Queries are rows of quantised activations
  /// (`quantize_row` of the packed kernels), row_bytes apart. With s_j the token's scale, for each block of 128 columns,
  /// rising: scores = fma(Σ q·(u − z) · q's scale, s_j, scores).
  void (*_Nonnull scores[DSK_CACHE_TYPES])(const uint8_t *segment, size_t k, const uint8_t *queries, size_t row_bytes,
                                           size_t heads, float *scores);

  /// p[j]·s_j of the first `count` tokens, and 0 for the others, as 14-bit numbers: scale = the largest / 16383. What is
  /// not above 0 (a number that is none too) counts as 0.
  void (*_Nonnull weights)(const float *p, const uint8_t *scales, size_t count, dsk_cache_weights *weights);

  /// o[h·o_stride + i] = fma(Σ_j (128·high + low)_j·(u_j − z), weights[h].scale, o[…]·rescale[h]) for h < heads, i < k.
  void (*_Nonnull values[DSK_CACHE_TYPES])(const uint8_t *segment, size_t k, const dsk_cache_weights *weights, size_t heads,
                                           const float *rescale, float *o, size_t o_stride);
} dsk_cache_kernels;

/// The table for a name, or null where this build or this processor lacks it.
const dsk_cache_kernels *_Nullable dsk_cache_kernels_named(const char *name);
const dsk_cache_kernels *dsk_reference_cache_kernels(void);

#pragma clang assume_nonnull end
