/* Integer code of every kind that a compiler emits: 64-bit arithmetic, divisions, shifts, bit
 * tricks, structures, function pointers, varargs, recursion. Prints what it computes. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t state = 2463534242u;
static uint32_t next(void)
{
    state ^= state << 13;
    state ^= state >> 17;
    return state ^= state << 5;
}

struct packed { unsigned a : 3, b : 7, c : 22; int8_t d; uint16_t e; } __attribute__((packed));

static int64_t apply(int64_t (*f)(int64_t, int64_t), int64_t a, int64_t b) { return f(a, b); }
static int64_t quotient(int64_t a, int64_t b) { return a / b; }
static int64_t rest(int64_t a, int64_t b) { return a % b; }
static int64_t shifted(int64_t a, int64_t b) { return (a << (b & 63)) ^ (a >> (b & 31)) ^ (int64_t)((uint64_t)a >> (b & 7)); }

static unsigned ackermann(unsigned m, unsigned n)
{
    return m == 0 ? n + 1 : ackermann(m - 1, n == 0 ? 1 : ackermann(m, n - 1));
}

static void divisions(void)
{
    int64_t (*all[])(int64_t, int64_t) = { quotient, rest, shifted };
    uint64_t sum = 0;
    for (int i = 0; i < 20000; i++) {
        int64_t a = (int64_t)((uint64_t)next() << 32 | next()), b = (int32_t)next() | 1;
        if (i % 3 == 0)
            b >>= i % 29, b |= 1;
        for (unsigned f = 0; f < 3; f++)
            sum = sum * 31 + (uint64_t)apply(all[f], a, b);
        sum += (uint32_t)a / (uint16_t)(b | 1) + (int16_t)a % ((int8_t)b | 1) + (uint8_t)a / ((uint8_t)b | 1);
    }
    printf("divisions %016llx\n", (unsigned long long)sum);
}

static void bits(void)
{
    uint32_t sum = 0;
    for (int i = 0; i < 20000; i++) {
        uint32_t x = next() | 1, n = next() & 31;
        sum += __builtin_popcount(x) * 3 + __builtin_ctz(x) * 5 + __builtin_clz(x) * 7 + __builtin_parity(x);
        sum ^= __builtin_bswap32(x) + (x << n | x >> (32 - n) % 32) + (int32_t)x / 7 + x % 10;
        struct packed p = { .a = x, .b = x >> 3, .c = x >> 10, .d = (int8_t)x, .e = (uint16_t)n };
        p.c += p.b;
        sum += p.a + p.c + p.d + p.e;
    }
    printf("bits %08x\n", sum);
}

static int compare(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;
    return strcmp(*x, *y);
}

static void strings(void)
{
    static char text[2000][16];
    static char *order[2000];
    for (int i = 0; i < 2000; i++) {
        snprintf(text[i], sizeof text[i], "%x-%o-%d", next() & 0xfff, i & 63, (int)(next() & 0xff) - 128);
        order[i] = text[i];
    }
    qsort(order, 2000, sizeof *order, compare);
    uint32_t hash = 5381;
    for (int i = 0; i < 2000; i++)
        for (const char *c = order[i]; *c; c++)
            hash = hash * 33 + (uint8_t)*c;
    printf("strings %08x %s %s %ld %lu\n", hash, order[0], order[1999], strtol("-0x7fff", 0, 16), strtoul("037777777777", 0, 8));
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        printf("argument %d: %s\n", i, argv[i]);
    divisions();
    bits();
    strings();
    printf("ackermann %u\n", ackermann(2, 300));
    printf("%lld %llu %hhd %#x %5d|%-5d|%05d %c %s %%\n", -1234567890123456789ll, 12345678901234567890ull, (char)200, 48879, 42, 42, 42, 'x', "text");
    return argc + 4;
}
