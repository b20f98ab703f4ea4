#pragma once
#include "CDeepSeekTrainingKernels.h"

extern const dsk_training_kernels dsk_training_scalar;
#if defined(__x86_64__)
extern const dsk_training_kernels dsk_training_avx2;
extern const dsk_training_kernels dsk_training_avx512;
#elif defined(__aarch64__)
extern const dsk_training_kernels dsk_training_neon;
#endif
