// flags: -march=i686
// Indirect calls and jumps: objects with tables of functions, callbacks, and a switch in a loop.
#include <stdint.h>
#include <stdio.h>

struct shape;
struct methods {
    uint32_t (*area)(const struct shape *);
    void (*grow)(struct shape *, uint32_t);
    const char *name;
};
struct shape {
    const struct methods *methods;
    uint32_t a, b;
};

#define SHAPE(name, area_of, change) \
    static uint32_t name##_area(const struct shape *s) { return area_of; } \
    static void name##_grow(struct shape *s, uint32_t n) { change; } \
    static const struct methods name = {name##_area, name##_grow, #name};

SHAPE(square, s->a * s->a, s->a += n)
SHAPE(box, s->a * s->b, s->a += n; s->b ^= n)
SHAPE(triangle, s->a * s->b / 2, s->b += n * 3)
SHAPE(circle, s->a * s->a * 22 / 7, s->a = s->a * 5 / 4 + n)
SHAPE(point, s->a ^ s->b, s->a--; s->b -= n)

static const struct methods *const kinds[] = {&square, &box, &triangle, &circle, &point};

static uint32_t fold(const struct shape *list, int count, uint32_t (*with)(uint32_t, uint32_t)) {
    uint32_t sum = 0;
    for (int i = 0; i < count; i++) sum = with(sum, list[i].methods->area(&list[i]));
    return sum;
}

static uint32_t add(uint32_t a, uint32_t b) { return a + b; }
static uint32_t mix(uint32_t a, uint32_t b) { return (a << 5 | a >> 27) ^ b; }
static uint32_t larger(uint32_t a, uint32_t b) { return a > b ? a : b; }

// A machine of stack and codes.
static uint32_t interpret(const uint8_t *code, uint32_t rounds) {
    uint32_t stack[16] = {0}, *top = stack, x = rounds;
    for (;;) {
        switch (*code++) {
        case 0: return *top + x;
        case 1: *++top = x; break;
        case 2: *++top = *code++; break;
        case 3: top--; *top += top[1]; break;
        case 4: top--; *top *= top[1]; break;
        case 5: top--; *top ^= top[1]; break;
        case 6: *top = *top >> 3 | *top << 29; break;
        case 7: if (--rounds) code -= *code; else code++; break;
        case 8: x = *top--; break;
        case 9: top[1] = *top; top++; break;
        }
    }
}

int main(void) {
    static struct shape list[256];
    uint32_t random = 7, sum = 0;
    uint32_t (*const folds[])(uint32_t, uint32_t) = {add, mix, larger};
    for (int i = 0; i < 256; i++) {
        random = random * 1664525 + 1013904223;
        list[i] = (struct shape){kinds[random >> 16 & 3 ? (random >> 24) % 5 : 4], random >> 20, random >> 22};
    }
    for (int round = 0; round < 30000; round++) {
        struct shape *one = &list[round * 7 & 255];
        one->methods->grow(one, round & 15);
        sum = sum * 31 + fold(list, 256, folds[round % 3]);
    }
    static const uint8_t code[] = {1, 1, 3, 2, 17, 4, 9, 6, 5, 1, 5, 8, 7, 13, 0};
    sum ^= interpret(code, 5000000);
    printf("%08x\n", sum);
    return 0;
}
