// flags: -march=i686
// A compressor: matches found by hash chains, written as bytes of literals and copies, and expanded again.
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define SIZE (1 << 18)
#define WINDOW (1 << 15)
#define CHAIN 24

static uint8_t text[SIZE + 8], packed[SIZE * 2], again[SIZE + 300];
static int32_t head[1 << 14], previous[WINDOW];

static uint32_t hash(const uint8_t *p) {
    return ((uint32_t)(p[0] | p[1] << 8 | p[2] << 16) * 2654435761u) >> 18;
}

static int matching(const uint8_t *a, const uint8_t *b, int most) {
    int n = 0;
    while (n < most && a[n] == b[n]) n++;
    return n;
}

static size_t compress(void) {
    uint8_t *out = packed;
    memset(head, -1, sizeof head);
    for (int at = 0, literals = 0; at <= SIZE;) {
        int length = 0, distance = 0;
        if (at + 3 < SIZE) {
            int most = SIZE - at < 258 ? SIZE - at : 258, tries = CHAIN;
            for (int old = head[hash(text + at)]; old >= 0 && at - old < WINDOW && tries--; old = previous[old % WINDOW]) {
                if (text[old + length] != text[at + length]) continue;
                int n = matching(text + old, text + at, most);
                if (n > length) length = n, distance = at - old;
            }
        }
        int step = length > 3 ? length : 1;
        if (length > 3 || at == SIZE || literals == 127) {
            *out++ = literals;
            memcpy(out, text + at - literals, literals);
            out += literals;
            literals = 0;
        }
        if (at == SIZE) break;
        if (length > 3) *out++ = 128, *out++ = length - 4, *out++ = distance, *out++ = distance >> 8;
        else literals++;
        for (; step--; at++)
            if (at + 3 < SIZE) {
                uint32_t h = hash(text + at);
                previous[at % WINDOW] = head[h];
                head[h] = at;
            }
    }
    return out - packed;
}

static size_t expand(size_t size) {
    uint8_t *to = again;
    for (const uint8_t *p = packed, *end = packed + size; p < end;) {
        int n = *p++;
        if (n < 128) {
            while (n--) *to++ = *p++;
        } else {
            const uint8_t *from = to - (p[1] | p[2] << 8);
            for (n = p[0] + 4; n--;) *to++ = *from++;
            p += 3;
        }
    }
    return to - again;
}

int main(void) {
    uint32_t random = 1, sum = 0;
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < SIZE; i++) {
            random = random * 1664525 + 1013904223;
            // Words of a small vocabulary, each with its own letters.
            uint32_t word = random >> 27;
            int length = 2 + word % 7;
            for (int j = 0; j < length && i < SIZE; j++) text[i++] = 'a' + (word * 7 + j * 5 + round) % 26;
            if (i < SIZE) text[i] = random >> 24 & 7 ? ' ' : '0' + (random >> 12) % 10;
        }
        size_t size = compress();
        if (expand(size) != SIZE || memcmp(text, again, SIZE)) return 1;
        for (size_t i = 0; i < size; i++) sum = sum * 31 + packed[i];
        sum += size;
    }
    printf("%08x\n", sum);
    return 0;
}
