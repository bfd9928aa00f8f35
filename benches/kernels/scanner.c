// flags: -march=i686
// A scanner and a parser: numbers, names in a hash table, and arithmetic, read character by character.
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum token { END, NUMBER, NAME, SHIFT_LEFT, SHIFT_RIGHT, EQUAL, OTHER };

static char text[1 << 16];
static const char *at;
static uint32_t value;
static char name[32];
static struct { char name[32]; uint32_t value; } table[512];

static uint32_t *variable(const char *name) {
    uint32_t h = 2166136261u;
    for (const char *p = name; *p; p++) h = (h ^ (uint8_t)*p) * 16777619u;
    for (h %= 512; table[h].name[0] && strcmp(table[h].name, name); h = (h + 1) % 512) {}
    if (!table[h].name[0]) strcpy(table[h].name, name);
    return &table[h].value;
}

static int scan(void) {
    while (isspace((unsigned char)*at)) at++;
    if (isdigit((unsigned char)*at)) {
        for (value = 0; isdigit((unsigned char)*at); at++) value = value * 10 + (*at - '0');
        return NUMBER;
    }
    if (isalpha((unsigned char)*at) || *at == '_') {
        size_t n = 0;
        for (; isalnum((unsigned char)*at) || *at == '_'; at++)
            if (n < sizeof name - 1) name[n++] = *at;
        name[n] = 0;
        return NAME;
    }
    switch (*at) {
    case 0: return END;
    case '<': if (at[1] == '<') { at += 2; return SHIFT_LEFT; } break;
    case '>': if (at[1] == '>') { at += 2; return SHIFT_RIGHT; } break;
    case '=': if (at[1] == '=') { at += 2; return EQUAL; } break;
    case '#': while (*at && *at != '\n') at++; return scan();
    }
    return OTHER + (unsigned char)*at++;
}

static int token;
static uint32_t expression(int level);

static uint32_t factor(void) {
    uint32_t result = 0;
    if (token == NUMBER) result = value;
    else if (token == NAME) result = *variable(name);
    else if (token == OTHER + '(') { token = scan(); result = expression(0); }
    else if (token == OTHER + '-') { token = scan(); return -factor(); }
    else if (token == OTHER + '~') { token = scan(); return ~factor(); }
    token = scan();
    return result;
}

static int priority(int token) {
    switch (token) {
    case OTHER + '|': return 1;
    case OTHER + '^': return 2;
    case OTHER + '&': return 3;
    case EQUAL: return 4;
    case SHIFT_LEFT: case SHIFT_RIGHT: return 5;
    case OTHER + '+': case OTHER + '-': return 6;
    case OTHER + '*': case OTHER + '/': case OTHER + '%': return 7;
    default: return 0;
    }
}

static uint32_t expression(int level) {
    uint32_t left = factor();
    for (int operator; priority(operator = token) > level;) {
        token = scan();
        uint32_t right = expression(priority(operator));
        switch (operator) {
        case OTHER + '|': left |= right; break;
        case OTHER + '^': left ^= right; break;
        case OTHER + '&': left &= right; break;
        case EQUAL: left = left == right; break;
        case SHIFT_LEFT: left <<= right & 31; break;
        case SHIFT_RIGHT: left >>= right & 31; break;
        case OTHER + '+': left += right; break;
        case OTHER + '-': left -= right; break;
        case OTHER + '*': left *= right; break;
        case OTHER + '/': left = right ? left / right : 0; break;
        case OTHER + '%': left = right ? left % right : 0; break;
        }
    }
    return left;
}

int main(void) {
    static const char *const operators[] = {"+", "-", "*", "/", "%", "<<", ">>", "==", "&", "|", "^"};
    uint32_t random = 1, sum = 0;
    char *end = text;
    while (end < text + sizeof text - 200) {
        random = random * 1103515245 + 12345;
        end += sprintf(end, "name_%u = (x%u %s %u) ", random >> 25, random >> 26, operators[(random >> 8) % 11], random >> 20);
        end += sprintf(end, "%s -x%u + ~y; # a remark\n", operators[(random >> 12) % 11], random >> 27);
    }
    for (int round = 0; round < 300; round++) {
        at = text;
        for (token = scan(); token == NAME; token = scan()) {
            uint32_t *to = variable(name);
            token = scan();
            token = scan();
            *to = expression(0) + round;
            sum = sum * 31 + *to;
        }
        *variable("x3") = sum;
    }
    printf("%08x %d\n", sum, token);
    return 0;
}
