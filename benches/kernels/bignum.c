// flags: -march=i686
// Multi-word arithmetic: products of 32 by 32 bits with carries, 64-bit sums, and divisions by a word. Powers in a
// prime field of 521 bits, and the digits of a factorial.
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define WORDS 17
typedef uint32_t Number[WORDS];

// r = a * b modulo 2^521 - 1.
static void multiply(Number r, const Number a, const Number b) {
    uint32_t product[2 * WORDS] = {0};
    for (int i = 0; i < WORDS; i++) {
        uint64_t carry = 0;
        for (int j = 0; j < WORDS; j++) {
            carry += (uint64_t)a[i] * b[j] + product[i + j];
            product[i + j] = carry;
            carry >>= 32;
        }
        product[i + WORDS] = carry;
    }
    uint64_t carry = 0;
    for (int i = 0; i < WORDS; i++) {
        uint32_t high = product[i + 16] >> 9 | product[(i + WORDS) % (2 * WORDS)] << 23;
        carry += (uint64_t)(i == 16 ? product[i] & 511 : product[i]) + high;
        r[i] = carry;
        carry >>= 32;
    }
    for (uint64_t more = r[16] >> 9, i = 0; more; i++) {
        r[16] &= i ? ~0u : 511;
        more += r[i];
        r[i] = more;
        more >>= 32;
    }
}

static uint32_t power(uint32_t base) {
    Number x = {base, 7, 11}, r = {1};
    for (int bit = 0; bit < 521; bit++) {
        multiply(r, r, x);
        multiply(x, x, x);
    }
    uint32_t sum = 0;
    for (int i = 0; i < WORDS; i++) sum = sum * 31 + r[i];
    return sum;
}

static uint32_t factorial(uint32_t n) {
    static uint32_t words[400];
    int length = 1;
    words[0] = 1;
    for (uint32_t i = 2; i <= n; i++) {
        uint64_t carry = 0;
        for (int j = 0; j < length; j++, carry >>= 32) words[j] = carry += (uint64_t)words[j] * i;
        if (carry) words[length++] = carry;
    }
    uint32_t sum = 0;
    while (length) {
        uint32_t rest = 0;
        for (int j = length; j--;) {
            uint64_t both = (uint64_t)rest << 32 | words[j];
            // The quotient fits: the rest is smaller than the divisor.
            uint32_t quotient;
            __asm__("divl %4" : "=a"(quotient), "=d"(rest) : "0"((uint32_t)both), "1"((uint32_t)(both >> 32)), "r"(1000000000));
            words[j] = quotient;
        }
        sum = sum * 37 + rest;
        while (length && !words[length - 1]) length--;
    }
    return sum;
}

int main(void) {
    uint32_t sum = 0;
    for (uint32_t i = 1; i <= 120; i++) sum = sum * 33 + power(i * 2654435761u);
    for (uint32_t i = 900; i <= 910; i++) sum = sum * 33 + factorial(i);
    printf("%08x\n", sum);
    return 0;
}
