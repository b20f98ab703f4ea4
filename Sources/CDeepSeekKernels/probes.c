// See `CDeepSeekProbes.h`. Each loop has as many independent sums as hide the latency of its instruction.

#include "CDeepSeekProbes.h"

#include "tables.h"

typedef uint64_t u64x4 __attribute__((vector_size(32)));

/// Twelve sums, or as many as the including block asks for, kept from being folded by an opaque start.
#define PROBE(NAME, TARGET, SUMS, VECTOR, START, STEP, RESULT)                             \
  __attribute__((target(TARGET))) static float NAME(size_t iterations) {                   \
    VECTOR s[SUMS];                                                                        \
    for (int i = 0; i < SUMS; i++) {                                                       \
      s[i] = START;                                                                        \
      __asm__ volatile("" : "+" REGISTER(s[i]));                                           \
    }                                                                                      \
    VECTOR a = START, b = START;                                                           \
    __asm__ volatile("" : "+" REGISTER(a), "+" REGISTER(b));                               \
    for (size_t n = 0; n < iterations; n++)                                                \
      _Pragma("clang loop unroll(full)") for (int i = 0; i < SUMS; i++) s[i] = STEP;       \
    float result = 0;                                                                      \
    for (int i = 0; i < SUMS; i++) result += RESULT;                                       \
    return result;                                                                         \
  }

#if defined(__x86_64__)
#include <immintrin.h>

#define REGISTER(x) "x"(x)
PROBE(avx2_float32, "avx2,fma", 12, __m256, _mm256_setzero_ps(), _mm256_fmadd_ps(a, b, s[i]), s[i][0])
PROBE(avx2_int8, "avx2", 12, __m256i, _mm256_setzero_si256(), _mm256_add_epi16(s[i], _mm256_maddubs_epi16(a, s[i])),
      (float)_mm256_cvtsi256_si32(s[i]))
#undef REGISTER
#define REGISTER(x) "v"(x)
PROBE(avx512_float32, "avx512f", 24, __m512, _mm512_setzero_ps(), _mm512_fmadd_ps(a, b, s[i]), s[i][0])
PROBE(avx512_int8, "avx512f,avx512vnni", 24, __m512i, _mm512_setzero_si512(), _mm512_dpbusd_epi32(s[i], a, b),
      (float)_mm512_cvtsi512_si32(s[i]))
PROBE(avx512_bfloat16, "avx512f,avx512bf16", 24, __m512, _mm512_setzero_ps(),
      _mm512_dpbf16_ps(s[i], (__m512bh)a, (__m512bh)b), s[i][0])

static const dsk_probe probes[] = {
    {"avx2", "float32", 12 * 16, avx2_float32},        {"avx2", "int8", 12 * 64, avx2_int8},
    {"avx512", "float32", 24 * 32, avx512_float32},    {"avx512", "int8", 24 * 128, avx512_int8},
    {"avx512", "bfloat16", 24 * 64, avx512_bfloat16},
};
#elif defined(__aarch64__)
#include <arm_neon.h>

#define REGISTER(x) "w"(x)
PROBE(neon_float32, "+simd", 16, float32x4_t, vdupq_n_f32(0), vfmaq_f32(s[i], a, b), vgetq_lane_f32(s[i], 0))
PROBE(neon_int8, "dotprod", 16, int32x4_t, vdupq_n_s32(0),
      vdotq_s32(s[i], vreinterpretq_s8_s32(a), vreinterpretq_s8_s32(b)), (float)vgetq_lane_s32(s[i], 0))

static const dsk_probe probes[] = {
    {"neon", "float32", 16 * 8, neon_float32},
    {"neon", "int8", 16 * 32, neon_int8},
};
#else
static const dsk_probe probes[] = {};
#endif

static int is_available(size_t index) { return dsk_kernels_named(probes[index].isa) != NULL; }

size_t dsk_probe_count(void) {
  size_t count = 0;
  for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) count += is_available(i) ? 1 : 0;
  return count;
}

const dsk_probe *_Nullable dsk_probe_at(size_t index) {
  for (size_t i = 0; i < sizeof probes / sizeof *probes; i++)
    if (is_available(i) && index-- == 0) return &probes[i];
  return NULL;
}

uint64_t dsk_probe_read(const void *memory, size_t bytes) {
  const u64x4 *p = memory;
  u64x4 s[8] = {0};
  for (size_t n = 0; n + 256 <= bytes; n += 256, p += 8)
    _Pragma("clang loop unroll(full)") for (int i = 0; i < 8; i++) s[i] ^= p[i];
  uint64_t result = 0;
  for (int i = 0; i < 8; i++) result ^= s[i][0] ^ s[i][1] ^ s[i][2] ^ s[i][3];
  return result;
}
