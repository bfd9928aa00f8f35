// flags: -msse2 -mfpmath=sse
// Packed integers of SSE2: sums of absolute differences, blending of bytes, a dot product of words, a
// comparison of memory and a transposition.
#include <emmintrin.h>
#include <stdio.h>

#define SIZE 4096
static unsigned char a[SIZE + 16], b[SIZE + 16], c[SIZE + 16];

static unsigned differences(void) {
    __m128i sum = _mm_setzero_si128();
    for (int i = 0; i < SIZE; i += 16)
        sum = _mm_add_epi64(sum, _mm_sad_epu8(_mm_load_si128((void *)(a + i)), _mm_loadu_si128((void *)(b + i))));
    return _mm_cvtsi128_si32(sum) + _mm_cvtsi128_si32(_mm_srli_si128(sum, 8));
}

static void blend(int alpha) {
    __m128i zero = _mm_setzero_si128(), of_a = _mm_set1_epi16(alpha), of_b = _mm_set1_epi16(256 - alpha);
    for (int i = 0; i < SIZE; i += 16) {
        __m128i x = _mm_load_si128((void *)(a + i)), y = _mm_load_si128((void *)(b + i));
        __m128i low = _mm_add_epi16(_mm_mullo_epi16(_mm_unpacklo_epi8(x, zero), of_a),
                                    _mm_mullo_epi16(_mm_unpacklo_epi8(y, zero), of_b));
        __m128i high = _mm_add_epi16(_mm_mullo_epi16(_mm_unpackhi_epi8(x, zero), of_a),
                                     _mm_mullo_epi16(_mm_unpackhi_epi8(y, zero), of_b));
        _mm_store_si128((void *)(c + i), _mm_packus_epi16(_mm_srli_epi16(low, 8), _mm_srli_epi16(high, 8)));
    }
}

static int dot(void) {
    __m128i sum = _mm_setzero_si128();
    for (int i = 0; i < SIZE; i += 16)
        sum = _mm_add_epi32(sum, _mm_madd_epi16(_mm_load_si128((void *)(a + i)), _mm_load_si128((void *)(c + i))));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0x4e));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0xb1));
    return _mm_cvtsi128_si32(sum);
}

static int same(void) {
    for (int i = 0; i < SIZE; i += 16) {
        int equal = _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_load_si128((void *)(a + i)), _mm_load_si128((void *)(c + i))));
        if (equal != 0xffff) return i + __builtin_ctz(~equal);
    }
    return SIZE;
}

static void transpose(void) {
    for (int i = 0; i < SIZE; i += 64) {
        __m128i *p = (void *)(c + i);
        __m128i x = _mm_unpacklo_epi32(p[0], p[1]), y = _mm_unpackhi_epi32(p[0], p[1]);
        __m128i z = _mm_unpacklo_epi32(p[2], p[3]), w = _mm_unpackhi_epi32(p[2], p[3]);
        p[0] = _mm_unpacklo_epi64(x, z), p[1] = _mm_unpackhi_epi64(x, z);
        p[2] = _mm_unpacklo_epi64(y, w), p[3] = _mm_xor_si128(_mm_unpackhi_epi64(y, w), _mm_slli_epi32(x, 3));
    }
}

int main(void) {
    unsigned sum = 0;
    for (int i = 0; i < SIZE; i++) a[i] = i * 7 + i / 13, b[i] = i * 11 + i / 5;
    for (int round = 0; round < 3000; round++) {
        a[round % SIZE] += 3;
        sum = sum * 31 + differences();
        blend(round & 255);
        sum = sum * 31 + dot();
        blend(256);
        sum = sum * 31 + same();
        transpose();
        sum += c[round % SIZE];
    }
    printf("%08x\n", sum);
    return 0;
}
