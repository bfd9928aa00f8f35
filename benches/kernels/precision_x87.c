// flags: -march=i686 -mfpmath=387
// The x87 FPU with 53 and 24 bits of precision, as some systems set it, and the casts of C to integers.
#include <stdio.h>

static void precision(unsigned short bits) {
    unsigned short word;
    __asm__ volatile("fnstcw %0" : "=m"(word));
    word = (word & ~0x300) | bits;
    __asm__ volatile("fldcw %0" : : "m"(word));
}

static double logistic(int rounds) {
    double x = 0.3, y = 0.7, sum = 0;
    for (int i = 0; i < rounds; i++) {
        x = 3.75 * x * (1 - x);
        y = (y + x / (1 + y)) * 0.5;
        sum += x - y;
    }
    return sum;
}

static int noise(int rounds) {
    double x = 1;
    int sum = 0;
    for (int i = 0; i < rounds; i++) {
        x = x * 1103.515 + 12.345;
        x -= (int)(x / 65536.0) * 65536.0;
        sum ^= (int)x;
    }
    return sum;
}

int main(void) {
    precision(0x200);
    double doubles = logistic(1000000);
    int casts = noise(500000);
    precision(0);
    float singles = logistic(1000000);
    precision(0x300);
    printf("%.9f %d %.6f\n", doubles, casts, singles);
    return 0;
}
