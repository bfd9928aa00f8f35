// flags: -march=i686
// Branches that cannot be predicted: sorting random keys by heap, merge and insertion, and a walk through cases.
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define COUNT 20000

static uint32_t keys[COUNT], other[COUNT], state = 2463534242u;

static uint32_t next(void) {
    state ^= state << 13;
    state ^= state >> 17;
    return state ^= state << 5;
}

static void sift(uint32_t *a, int at, int count) {
    uint32_t key = a[at];
    for (int child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && a[child] < a[child + 1]) child++;
        if (key >= a[child]) break;
        a[at] = a[child];
    }
    a[at] = key;
}

static void heap_sort(uint32_t *a, int count) {
    for (int i = count / 2; i--;) sift(a, i, count);
    while (--count > 0) {
        uint32_t first = a[0];
        a[0] = a[count];
        a[count] = first;
        sift(a, 0, count);
    }
}

static void merge_sort(uint32_t *a, uint32_t *space, int count) {
    if (count <= 12) {
        for (int i = 1; i < count; i++) {
            uint32_t key = a[i];
            int j = i;
            for (; j && a[j - 1] > key; j--) a[j] = a[j - 1];
            a[j] = key;
        }
        return;
    }
    int half = count / 2;
    merge_sort(a, space, half);
    merge_sort(a + half, space, count - half);
    memcpy(space, a, half * sizeof *a);
    for (int i = 0, j = half, k = 0; i < half; k++) {
        if (j < count && a[j] < space[i]) a[k] = a[j++];
        else a[k] = space[i++];
    }
}

// Steps of the Collatz sequence, with the kinds of steps counted.
static uint32_t steps(uint32_t n) {
    uint32_t odd = 0, even = 0, large = 0;
    while (n > 1) {
        if (n & 1) n = n * 3 + 1, odd++;
        else n /= 2, even++;
        if (n > 100000) large++;
    }
    return odd * 3 + even * 5 + large;
}

int main(void) {
    uint32_t sum = 0;
    for (int round = 0; round < 12; round++) {
        for (int i = 0; i < COUNT; i++) keys[i] = next();
        memcpy(other, keys, sizeof keys);
        heap_sort(keys, COUNT);
        static uint32_t space[COUNT];
        merge_sort(other, space, COUNT);
        if (memcmp(keys, other, sizeof keys)) return 1;
        sum = sum * 31 + keys[next() % COUNT];
        for (int i = 0; i < 80000; i++) sum += steps(next() % 60000 + 1);
    }
    printf("%08x\n", sum);
    return 0;
}
