// flags: -march=i686
// A cipher and hashes in plain integers: AES-128 with tables, SHA-1, SHA-512 in 64 bits, ChaCha20.
#include <stdint.h>
#include <stdio.h>

static uint8_t box[256];
static uint32_t tables[4][256], keys[44];

static uint32_t left(uint32_t x, int n) { return x << n | x >> (32 - n); }
static uint64_t right64(uint64_t x, int n) { return x >> n | x << (64 - n); }

static void make_tables(void) {
    uint8_t p = 1, q = 1;
    do {
        p ^= p << 1 ^ (p & 128 ? 27 : 0);
        q ^= q << 1, q ^= q << 2, q ^= q << 4;
        if (q & 128) q ^= 9;
        box[p] = q ^ (q << 1 | q >> 7) ^ (q << 2 | q >> 6) ^ (q << 3 | q >> 5) ^ (q << 4 | q >> 4) ^ 99;
    } while (p != 1);
    box[0] = 99;
    for (int i = 0; i < 256; i++) {
        uint32_t s = box[i], twice = (s << 1 ^ (s & 128 ? 27 : 0)) & 255;
        uint32_t word = twice | s << 8 | s << 16 | (twice ^ s) << 24;
        for (int j = 0; j < 4; j++) tables[j][i] = j ? left(word, 8 * j) : word;
    }
    for (int i = 0, c = 1; i < 44; i++) {
        if (i < 4) { keys[i] = i * 0x01020304; continue; }
        uint32_t t = keys[i - 1];
        if (i % 4 == 0) {
            t = box[t >> 8 & 255] | box[t >> 16 & 255] << 8 | box[t >> 24] << 16 | (uint32_t)box[t & 255] << 24;
            t ^= c;
            c = (c << 1 ^ (c & 128 ? 27 : 0)) & 255;
        }
        keys[i] = keys[i - 4] ^ t;
    }
}

static void aes(uint32_t s[4]) {
    for (int i = 0; i < 4; i++) s[i] ^= keys[i];
    for (int round = 1; round < 10; round++) {
        uint32_t t[4];
        for (int i = 0; i < 4; i++)
            t[i] = tables[0][s[i] & 255] ^ tables[1][s[(i + 1) & 3] >> 8 & 255] ^ tables[2][s[(i + 2) & 3] >> 16 & 255]
                 ^ tables[3][s[(i + 3) & 3] >> 24] ^ keys[4 * round + i];
        for (int i = 0; i < 4; i++) s[i] = t[i];
    }
}

static void sha1(uint32_t h[5], const uint32_t block[16]) {
    uint32_t w[80], a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
    for (int i = 0; i < 80; i++) {
        w[i] = i < 16 ? block[i] : left(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
        uint32_t f = i < 20 ? ((b & c) | (~b & d)) + 0x5a827999 : i < 40 ? (b ^ c ^ d) + 0x6ed9eba1
                   : i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc : (b ^ c ^ d) + 0xca62c1d6;
        f += left(a, 5) + e + w[i];
        e = d, d = c, c = left(b, 30), b = a, a = f;
    }
    h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e;
}

// The rounds of SHA-512, with constants of a simpler kind.
static void sha512(uint64_t h[8], const uint32_t block[16]) {
    uint64_t w[80], s[8];
    for (int i = 0; i < 8; i++) s[i] = h[i];
    for (int i = 0; i < 80; i++) {
        w[i] = i < 16 ? block[i] * 0x100000001ull : w[i - 16] + w[i - 7]
             + (right64(w[i - 15], 1) ^ right64(w[i - 15], 8) ^ w[i - 15] >> 7)
             + (right64(w[i - 2], 19) ^ right64(w[i - 2], 61) ^ w[i - 2] >> 6);
        uint64_t t = s[7] + (right64(s[4], 14) ^ right64(s[4], 18) ^ right64(s[4], 41)) + ((s[4] & s[5]) ^ (~s[4] & s[6]))
                   + w[i] + i * 0x428a2f98d728ae22ull;
        uint64_t u = (right64(s[0], 28) ^ right64(s[0], 34) ^ right64(s[0], 39)) + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
        for (int j = 7; j; j--) s[j] = s[j - 1];
        s[4] += t;
        s[0] = t + u;
    }
    for (int i = 0; i < 8; i++) h[i] += s[i];
}

static void quarter(uint32_t *x, int a, int b, int c, int d) {
    x[a] += x[b], x[d] = left(x[d] ^ x[a], 16), x[c] += x[d], x[b] = left(x[b] ^ x[c], 12);
    x[a] += x[b], x[d] = left(x[d] ^ x[a], 8), x[c] += x[d], x[b] = left(x[b] ^ x[c], 7);
}

static void chacha(uint32_t out[16], const uint32_t in[16]) {
    for (int i = 0; i < 16; i++) out[i] = in[i];
    for (int i = 0; i < 10; i++) {
        for (int j = 0; j < 4; j++) quarter(out, j, j + 4, j + 8, j + 12);
        for (int j = 0; j < 4; j++) quarter(out, j, (j + 1) % 4 + 4, (j + 2) % 4 + 8, (j + 3) % 4 + 12);
    }
    for (int i = 0; i < 16; i++) out[i] += in[i];
}

int main(void) {
    uint32_t state[4] = {1, 2, 3, 4}, h[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0}, block[16] = {0};
    uint64_t long_hash[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    make_tables();
    for (uint32_t i = 0; i < 25000; i++) {
        for (int j = 0; j < 4; j++) aes(state);
        block[i % 16] ^= state[i % 4];
        uint32_t mixed[16];
        chacha(mixed, block);
        sha1(h, mixed);
        sha512(long_hash, mixed);
        block[(i + 5) % 16] += h[i % 5] ^ (uint32_t)long_hash[i % 8];
    }
    printf("%08x %08x %08x\n", state[0], h[0], (uint32_t)(long_hash[0] >> 32));
    return 0;
}
