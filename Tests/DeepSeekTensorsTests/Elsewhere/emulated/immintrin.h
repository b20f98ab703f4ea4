// Stands in for the compiler's header: intrinsics in portable C, so that AVX-512 text runs on a processor without it.
#if !defined(DSK_EMULATED)
#define DSK_EMULATED
#define SIMDE_NO_NATIVE
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512.h>
#include <simde/x86/f16c.h>
#include <simde/x86/fma.h>
#include <string.h>

// What the library lacks.
static inline __m512i _mm512_cvtepu8_epi32(__m128i bytes) {
  simde__m128i_private from = simde__m128i_to_private(bytes);
  simde__m512i_private to;
  for (int i = 0; i < 16; i++) to.i32[i] = from.u8[i];
  return simde__m512i_from_private(to);
}

static inline __m512 _mm512_cvtepi32_ps(__m512i integers) {
  simde__m512i_private from = simde__m512i_to_private(integers);
  simde__m512_private to;
  for (int i = 0; i < 16; i++) to.f32[i] = (float)from.i32[i];
  return simde__m512_from_private(to);
}

static inline __m512 _mm512_cvtph_ps(__m256i halves) {
  simde__m256i_private from = simde__m256i_to_private(halves);
  simde__m512_private to;
  for (int i = 0; i < 16; i++) to.f32[i] = simde_float16_to_float32(simde_uint16_as_float16(from.u16[i]));
  return simde__m512_from_private(to);
}

typedef __m512i dsk_emulated_bfloat16s;
#define __m512bh dsk_emulated_bfloat16s
#define _mm512_dpbf16_ps dsk_emulated_dpbf16_ps
static inline __m512 dsk_emulated_dpbf16_ps(__m512 sums, __m512i a, __m512i b) {
  simde__m512i_private left = simde__m512i_to_private(a), right = simde__m512i_to_private(b);
  simde__m512_private to = simde__m512_to_private(sums);
  for (int i = 0; i < 16; i++)
    for (int odd = 1; odd >= 0; odd--) {
      const uint32_t bits[2] = {(uint32_t)left.u16[2 * i + odd] << 16, (uint32_t)right.u16[2 * i + odd] << 16};
      float factors[2];
      memcpy(factors, bits, sizeof factors);
      to.f32[i] = __builtin_fmaf(factors[0], factors[1], to.f32[i]);
    }
  return simde__m512_from_private(to);
}
#endif
