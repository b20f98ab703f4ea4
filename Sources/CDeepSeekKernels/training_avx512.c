// AVX-512 with BF16: twelve rows by thirty-two columns of C in twenty-four of the thirty-two registers.
#if defined(__x86_64__)

#include <immintrin.h>

// Only the lanes and their functions are wanted of the inference kernels.
#pragma clang diagnostic ignored "-Wunused-function"
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni,avx512bf16,avx2,fma,f16c"))), \
                             apply_to = function)
#include "vector_kernels.h"

typedef float tile_vector __attribute__((vector_size(64)));
enum { TILE_LANES = 16, TILE_ROWS = 12, TILE_VECTORS = 2 };
#define TILE_DOT(sum, a, b) (tile_vector) _mm512_dpbf16_ps((__m512)(sum), (__m512bh)(a), (__m512bh)(b))
#include "training_kernels.h"

const dsk_training_kernels dsk_training_avx512 = TRAINING_KERNELS("avx512");
#pragma clang attribute pop

#endif
