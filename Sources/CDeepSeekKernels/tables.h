#pragma once
#include "CDeepSeekKernels.h"

extern const dsk_kernels dsk_scalar;
#if defined(__x86_64__)
extern const dsk_kernels dsk_avx2;
extern const dsk_kernels dsk_avx512;
#elif defined(__aarch64__)
extern const dsk_kernels dsk_neon;
#endif
