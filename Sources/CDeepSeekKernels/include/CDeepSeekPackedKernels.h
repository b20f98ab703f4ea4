#pragma once
// Products with low-bit weights, read where they lie.
//
// A matrix [rows, k] lies in panels of sixteen rows, each a run of blocks of 128 columns (the last may be shorter, in
// whole groups of 32; what the matrix lacks is 0), padded to a multiple of 64 bytes. Of a block with g groups:
//
//   DSK_INT4       scale u8 [g][16], zero u8 [g][16], elements 256 bytes [g]     4.5 bits per weight
//                  w = s·(q − zero/16), s = 2^(e−24)·(1 + f/8) of the scale's five high bits e and three low bits f
//   DSK_INT4_WIDE  scale f16 [g][16], offset f16 [g][16], elements 256 bytes [g]   5 bits
//                  w = s·q + offset
//   DSK_INT8       scale f16 [g][16], elements 512 bytes [g]                       8.5 bits
//                  w = s·q
//
// Elements of a group: int8 as [8 quads][16 rows][4 columns]; int4 as [4][16][4] bytes, the low half of a byte from quad
// b, the high half from quad b + 4. So sixteen rows of four columns fill one 512-bit register, half of them one of 256
// bits, four of them one of 128, and the whole is the B tile of an AMX product.
//
// Activations are int8 with one scale per block of 128, exact integer sums inside a group, and float32 from there:
//   b = 0; for each group of the block, rising: b = fma(Σ q·x, s, b), b = fma(Σ x, m, b)    (m = −s·zero/16, or the offset)
//   y = 0; for each block, rising: y = fma(b, x_scale, y)
// This order is the definition: every instruction set gives the same bits, for any number of tokens.

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

typedef enum dsk_packed_type { DSK_INT4 = 0, DSK_INT4_WIDE = 1, DSK_INT8 = 2, DSK_PACKED_TYPES = 3 } dsk_packed_type;

enum { DSK_PACKED_ROWS = 16, DSK_GROUP = 32, DSK_BLOCK = 128 };

/// Bytes of a panel of k columns.
size_t dsk_packed_panel_bytes(dsk_packed_type type, size_t k);

/// Bytes of one quantised row of k activations: int8 [k, rounded up to 32], scales float32 [blocks], sums of the
/// elements float32 [groups]; rounded up to 64.
size_t dsk_quantized_row_bytes(size_t k);

typedef struct dsk_packed_kernels {
  /// Quantises one row of activations: scale = largest magnitude of the block / 127, rounding to nearest even.
  /// A block with a number that is not finite gets that as its scale and zeros, so that the result is not finite.
  void (*_Nonnull quantize_row)(const float *x, size_t k, uint8_t *row);

  /// y[t·y_stride + r] for t < tokens and all sixteen r. Rows of activations lie row_bytes apart.
  void (*_Nonnull product[DSK_PACKED_TYPES])(const uint8_t *panel, size_t k, const uint8_t *rows, size_t row_bytes,
                                             size_t tokens, float *y, size_t y_stride);

  /// Weights as float32 of the first (half 0) or last (half 1) eight rows of a panel, up to k rounded up to 8: row r,
  /// column i goes to out[i / 8 · step_stride + r · row_stride + i % 8], and is 0 from k on.
  void (*_Nonnull unpack[DSK_PACKED_TYPES])(const uint8_t *panel, size_t k, size_t half, float *out, size_t step_stride,
                                            size_t row_stride);

  /// Sums of the rows of some panels, panel_bytes apart, each times a weight, for t < tokens and i < k:
  ///   y[t·y_stride + i] = Σ weights[t·weight_stride + 16·panel + r] · w[panel][r][i]
  /// In the order: class c = r mod 4, s_c = fma(q, weight·s, s_c) over panels and r, rising; per r of sixteen,
  /// o_r = fma(weight, m, o_r) over panels, then halves added to halves; y = ((s_0 + s_1) + (s_2 + s_3)) + o_0.
  void (*_Nonnull weighted_rows[DSK_PACKED_TYPES])(const uint8_t *panels, size_t panel_bytes, size_t count, size_t k,
                                                   const float *weights, size_t weight_stride, size_t tokens, float *y,
                                                   size_t y_stride);
} dsk_packed_kernels;

/// The table for a name, or null where this build or this processor lacks it.
const dsk_packed_kernels *_Nullable dsk_packed_kernels_named(const char *name);
const dsk_packed_kernels *dsk_reference_packed_kernels(void);

#pragma clang assume_nonnull end
