// flags: -msse2 -maes
// Rounds of AES-NI: a counter mode with a fixed set of round keys, two blocks at a time, and back.
#include <stdio.h>
#include <wmmintrin.h>

int main(void) {
    __m128i keys[11], sum = _mm_setzero_si128();
    for (int i = 0; i < 11; i++) keys[i] = _mm_set_epi32(i * 0x9e3779b9, i * 0x85ebca6b, i * 0xc2b2ae35, i);
    for (int counter = 0; counter < 300000; counter++) {
        __m128i a = _mm_xor_si128(_mm_set_epi32(0, 0, 1, counter), keys[0]);
        __m128i b = _mm_xor_si128(_mm_set_epi32(0, 0, 2, counter), keys[0]);
        for (int i = 1; i < 10; i++) a = _mm_aesenc_si128(a, keys[i]), b = _mm_aesdec_si128(b, keys[i]);
        sum = _mm_add_epi32(sum, _mm_aesenclast_si128(a, keys[10]));
        sum = _mm_xor_si128(sum, _mm_aesdeclast_si128(b, keys[10]));
    }
    unsigned out[4];
    _mm_storeu_si128((void *)out, sum);
    printf("%08x%08x%08x%08x\n", out[0], out[1], out[2], out[3]);
    return 0;
}
