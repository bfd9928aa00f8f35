// flags: -msse4.2
// PCMPISTRI and its kin: strlen, strspn, strstr and strcmp as C libraries have them for SSE4.2.
#include <nmmintrin.h>
#include <stdio.h>

static char text[4096] __attribute__((aligned(16))), other[4096] __attribute__((aligned(16)));

static int length(const char *s) {
    for (int i = 0;; i += 16) {
        int at = _mm_cmpistri(_mm_setzero_si128(), _mm_load_si128((void *)(s + i)), _SIDD_CMP_EQUAL_EACH);
        if (at < 16) return i + at;
    }
}

static int span(const char *s, __m128i ranges) {
    for (int i = 0;; i += 16) {
        int at = _mm_cmpistri(ranges, _mm_load_si128((void *)(s + i)), _SIDD_CMP_RANGES | _SIDD_NEGATIVE_POLARITY);
        if (at < 16) return i + at;
    }
}

static int any(const char *s, __m128i set) {
    int count = 0;
    for (int i = 0;; i += 16) {
        __m128i v = _mm_load_si128((void *)(s + i));
        count += __builtin_popcount(_mm_cvtsi128_si32(_mm_cmpistrm(set, v, _SIDD_CMP_EQUAL_ANY)));
        if (_mm_cmpistrz(set, v, _SIDD_CMP_EQUAL_ANY)) return count;
    }
}

static int find(const char *s, __m128i word, int size) {
    for (int i = 0;; i += 16) {
        __m128i v = _mm_load_si128((void *)(s + i));
        int at = _mm_cmpestri(word, size, v, 16, _SIDD_CMP_EQUAL_ORDERED);
        if (at < 17 - size) return i + at;
        if (i >= 3000) return -1;
    }
}

static int difference(const char *s, const char *t) {
    for (int i = 0;; i += 16) {
        __m128i a = _mm_load_si128((void *)(s + i)), b = _mm_load_si128((void *)(t + i));
        int at = _mm_cmpistri(a, b, _SIDD_CMP_EQUAL_EACH | _SIDD_NEGATIVE_POLARITY);
        if (at < 16) return i + at;
        if (_mm_cmpistrz(a, b, _SIDD_CMP_EQUAL_EACH | _SIDD_NEGATIVE_POLARITY)) return -1;
    }
}

int main(void) {
    unsigned sum = 0;
    for (int i = 0; i < 3500; i++) other[i] = text[i] = 'a' + i * 7 % 23;
    text[3333] = '!';
    __m128i letters = _mm_setr_epi8('a', 'z', 'A', 'Z', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    __m128i vowels = _mm_setr_epi8('a', 'e', 'i', 'o', 'u', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    __m128i word = _mm_setr_epi8('x', 'y', 'z', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    for (int round = 0; round < 500; round++) {
        sum = sum * 31 + length(text) + span(text, letters) + any(text, vowels);
        sum = sum * 31 + find(text, word, 3) + difference(text, other);
        text[round] ^= 1;
    }
    printf("%08x\n", sum);
    return 0;
}
