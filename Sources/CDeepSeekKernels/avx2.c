// AVX2 with FMA and F16C: a vector of eight lanes is one register.
#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#include "vector_kernels.h"

const dsk_kernels dsk_avx2 = VECTOR_KERNELS("avx2");
#pragma clang attribute pop

#endif
