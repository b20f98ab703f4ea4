#pragma once
// The innermost loops of the package: no allocation, no threads, no I/O, no state.
//
// Every instruction set fills one table of the same functions. `scalar.c` is the readable definition of what they
// compute; the others are tested against it, bit for bit where only sums and products are involved.
//
// One order of summation, everywhere. A dot product over k keeps eight partial sums, the one in lane l over the
// elements 8i + l in rising i, each step a fused multiply-add; at the end
//     ((s0 + s4) + (s2 + s6)) + ((s1 + s5) + (s3 + s7)).
// So a row's result does not depend on how many rows or tokens are computed with it, on the blocking, or on the
// instruction set, and that is what makes batch-invariant inference cost next to nothing.

#include <stddef.h>
#include <stdint.h>

#include "CDeepSeekCacheKernels.h"
#include "CDeepSeekPackedKernels.h"
#include "CDeepSeekProbes.h"
#include "CDeepSeekTrainingKernels.h"

#pragma clang assume_nonnull begin

/// How stored weights, keys and values are read. Arithmetic is float32.
typedef enum dsk_type { DSK_F32 = 0, DSK_F16 = 1, DSK_BF16 = 2, DSK_TYPES = 3 } dsk_type;

/// Rows of weights that are processed together when several tokens share them.
enum { DSK_PANEL_ROWS = 8, DSK_LANES = 8 };

/// Columns, and rows, of float8 weights that share a scale.
enum { DSK_FLOAT8_BLOCK = 128 };

typedef struct dsk_kernels {
  const char *name;

  /// y[r] = Σ_k w[r·stride + k] · x[k] for r < rows. One token; reads each weight once.
  void (*_Nonnull rows_dot[DSK_TYPES])(const void *w, size_t stride, size_t rows, const float *x, size_t k, float *y);

  /// Unpacks up to eight rows into a panel [ceil(k/8)][8 rows][8 lanes] of float32; what is missing becomes 0.
  void (*_Nonnull pack_panel[DSK_TYPES])(const void *w, size_t stride, size_t rows, size_t k, float *panel);

  /// y[t·y_stride + r] = Σ_k panel[r][k] · x[t·x_stride + k] for t < tokens, r < rows <= 8.
  void (*_Nonnull panel_product)(const float *panel, size_t rows, const float *x, size_t x_stride, size_t tokens, size_t k,
                        float *y, size_t y_stride);

  /// y[t·y_stride + r] = w[r]·x[t] with both in bfloat16: what an instruction set with products of its own for them has,
  /// others null. Sixteen partial sums: of columns 32i + 2l and 32i + 2l + 1 the second is added to sum l, then the first,
  /// fused, in rising i; at the end s[l] + s[l + 8] are summed as eight lanes are. So results differ in their last bits
  /// from those of float32 lanes, but not with the number of rows or tokens. Numbers below 2^−126 count as 0.
  void (*_Nullable bfloat16_product)(const uint16_t *w, size_t stride, size_t rows, const uint16_t *x, size_t x_stride,
                                     size_t tokens, size_t k, float *y, size_t y_stride);

  /// Float8 weights: E4M3 (1 sign, 4 exponent, 3 fraction bits; bias 7; no infinities, 0x7F is not a number) times the
  /// scale of their 128 columns, rounded to float32. What a weight is: (its value · 2^−8) · (scale · 2^8), in float32.
  /// The scales are those of the rows' block: rows of two blocks are two calls.
  void (*_Nonnull rows_dot_float8)(const uint8_t *w, size_t stride, size_t rows, const float *scales, const float *x,
                                   size_t k, float *y);

  /// Weights as float32: column i of row r goes to out[i / 8 · step_stride + r · row_stride + i % 8], for all eight rows
  /// and up to k rounded up to 8; what is missing becomes 0.
  void (*_Nonnull unpack_float8)(const uint8_t *w, size_t stride, size_t rows, const float *scales, size_t k, float *out,
                                 size_t step_stride, size_t row_stride);

  /// o[t·o_stride + d] = o[…] · scale[t] + Σ_j p[t·p_stride + j] · v[j·v_stride + d], fused, in rising j;
  /// a null `scale` starts from 0.
  void (*_Nonnull weighted_rows[DSK_TYPES])(const void *v, size_t v_stride, size_t count, const float *p, size_t p_stride,
                                   size_t tokens, size_t width, const float *_Nullable scale, float *o, size_t o_stride);

  /// y = x / sqrt(mean(x²) + eps) · weight, over n elements. y may be x.
  void (*_Nonnull rms_norm)(const float *x, const float *weight, size_t n, float eps, float *y);

  /// y = gate / (1 + exp(−gate)) · up. y may be either input.
  void (*_Nonnull silu_multiply)(const float *gate, const float *up, size_t n, float *y);

  /// One block of an online softmax over the first `count` of `capacity` scores (a multiple of 8):
  /// scores[j] becomes exp(factor · scores[j] − m'), and 0 from `count` on, where m' = max(m, max_j factor · scores[j]);
  /// *maximum becomes m', *sum becomes sum · exp(m − m') + Σ_j scores[j]. Returns exp(m − m').
  float (*_Nonnull softmax_block)(float *scores, size_t count, size_t capacity, float factor, float *maximum, float *sum);

  /// Rounds to the nearest bfloat16 (ties to even) and back.
  void (*_Nonnull round_bfloat16)(const float *x, size_t n, float *y);

  /// Conversions of stored elements.
  void (*_Nonnull load[DSK_TYPES])(const void *x, size_t n, float *y);
  void (*_Nonnull store[DSK_TYPES])(const float *x, size_t n, void *y);

  /// y = y + a · x, fused.
  void (*_Nonnull add_scaled)(const float *x, float a, size_t n, float *y);
} dsk_kernels;

/// The table for a name ("scalar", "avx2", "avx512", "neon"), or null where this build or this processor lacks it.
const dsk_kernels *_Nullable dsk_kernels_named(const char *name);

/// The reference, which is on every machine.
const dsk_kernels *dsk_reference_kernels(void);

#pragma clang assume_nonnull end
