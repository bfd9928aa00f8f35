// flags: -msse4.1 -msha
// Rounds of the SHA extensions: SHA-256 and SHA-1 message schedules and rounds.
#include <immintrin.h>
#include <stdio.h>

int main(void) {
    __m128i a = _mm_set_epi32(1, 2, 3, 4), b = _mm_set_epi32(5, 6, 7, 8), w = _mm_set_epi32(9, 10, 11, 12), v = a;
    __m128i sum = a;
    for (int i = 0; i < 500000; i++) {
        __m128i t = _mm_sha256msg2_epu32(_mm_add_epi32(_mm_sha256msg1_epu32(w, v), a), v);
        b = _mm_sha256rnds2_epu32(b, a, t);
        a = _mm_sha256rnds2_epu32(a, b, _mm_shuffle_epi32(t, 0x0e));
        __m128i u = _mm_sha1msg2_epu32(_mm_xor_si128(_mm_sha1msg1_epu32(v, w), t), w);
        sum = _mm_sha1rnds4_epu32(sum, _mm_sha1nexte_epu32(u, t), 1);
        v = w, w = t;
    }
    unsigned out[4];
    _mm_storeu_si128((void *)out, _mm_add_epi32(sum, _mm_xor_si128(a, b)));
    printf("%08x%08x%08x%08x\n", out[0], out[1], out[2], out[3]);
    return 0;
}
