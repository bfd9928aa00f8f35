/* A server, a client, and one who tries to reach the host's network in every way: no C library, so that the file
 * stays small.
 *
 *   network serve PORT         lets one in, and sends back in capitals what it is told
 *   network ask ADDRESS PORT   connects, says hello and prints what comes back, or the error
 *   network escape             prints for each attempt the error that it meets
 *
 * Built with Debian's gcc 12 (gcc-multilib), then stripped:
 *   gcc -m32 -Os -static -nostdlib -ffreestanding -fno-pie -no-pie -fno-stack-protector \
 *       -fno-asynchronous-unwind-tables -Wl,--build-id=none,-z,norelro,-z,noseparate-code -s -o network network.c
 */
#include "freestanding.h"

enum { read_ = 3, write_ = 4, close_ = 6, exit_group_ = 252, socket_ = 359, bind_ = 361, connect_, listen_, accept4_, setsockopt_ = 366,
       sendto_ = 369, shutdown_ = 373 };
enum { UNIX = 1, INET = 2, INET6 = 10, NETLINK = 16, PACKET = 17 };
enum { STREAM = 1, DATAGRAM, RAW };

static char buffer[4096];

static void number(u32 n) { char text[12]; u32 i = 12; do text[--i] = '0' + n % 10; while (n /= 10); CALL(write_, 1, text + i, 12 - i); }
static void say(const char *text) { CALL(write_, 1, text, length(text)); }
static void error(const char *what, int answer)
{
    say(what);
    say(" ");
    number(answer < 0 ? -answer : 0);
    say("\n");
}
static u32 value(const char *text) { u32 n = 0; while (*text >= '0' && *text <= '9') n = n * 10 + *text++ - '0'; return n; }

struct address { unsigned short family, port; u32 bytes; u32 zero[2]; };
static struct address at(const char *text, u32 port)
{
    struct address address = { INET, port >> 8 | port << 8, 0, { 0, 0 } };
    for (u32 i = 0; i < 4; i++) {
        address.bytes |= value(text) << 8 * i;
        while (*text && *text++ != '.') {}
    }
    return address;
}

static int serve(u32 port)
{
    int listener = CALL(socket_, INET, STREAM, 0), n;
    struct address address = at("127.0.0.1", port);
    if (CALL(bind_, listener, &address, 16) < 0 || CALL(listen_, listener, 5) < 0) return 1;
    say("listening\n");
    int peer = CALL(accept4_, listener, 0, 0, 0);
    while ((n = CALL(read_, peer, buffer, sizeof buffer)) > 0) {
        for (int i = 0; i < n; i++) if (buffer[i] >= 'a' && buffer[i] <= 'z') buffer[i] -= 32;
        if (CALL(write_, peer, buffer, n) != n) return 2;
    }
    return n < 0;
}

static int ask(const char *host, u32 port)
{
    int s = CALL(socket_, INET, STREAM, 0), n;
    struct address address = at(host, port);
    if ((n = CALL(connect_, s, &address, 16)) < 0) { error("connect", n); return 1; }
    CALL(write_, s, "hello", 5);
    CALL(shutdown_, s, 1);
    while ((n = CALL(read_, s, buffer, sizeof buffer)) > 0) CALL(write_, 1, buffer, n);
    say("\n");
    return 0;
}

static int escape(void)
{
    static const struct { const char *name; u32 family, type, protocol; } kinds[] = {
        { "icmp", INET, RAW, 1 }, { "raw", INET, RAW, 255 }, { "raw6", INET6, RAW, 58 }, { "ping", INET, DATAGRAM, 1 },
        { "packet", PACKET, RAW, 768 }, { "old-packet", INET, 10, 768 }, { "netfilter", NETLINK, RAW, 12 }, { "audit", NETLINK, RAW, 9 },
        { "generic", NETLINK, RAW, 16 }, { "vsock", 40, STREAM, 0 }, { "bluetooth", 31, RAW, 1 }, { "xdp", 44, RAW, 0 }, { "alg", 38, 5, 0 },
        { "can", 29, RAW, 1 }, { "key", 15, RAW, 2 }, { "sctp", INET, STREAM, 132 }, { "mptcp", INET, STREAM, 262 },
    };
    for (u32 i = 0; i < sizeof kinds / sizeof *kinds; i++) error(kinds[i].name, CALL(socket_, kinds[i].family, kinds[i].type, kinds[i].protocol));
    static const char *const hosts[] = { "192.0.2.1", "10.0.0.1", "224.0.0.1", "255.255.255.255", "169.254.169.254" };
    for (u32 i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        struct address address = at(hosts[i], 53);
        int s = CALL(socket_, INET, STREAM, 0), d = CALL(socket_, INET, DATAGRAM, 0);
        error(hosts[i], CALL(connect_, s, &address, 16));
        error("datagram", CALL(sendto_, d, "x", 1, 0, &address, 16));
        error("bound", CALL(bind_, d, &address, 16));
    }
    u32 six[7] = { INET6 | 53 << 24, 0, 0xb80d0120, 0, 0, 0x01000000, 0 }, mapped[7] = { INET6 | 53 << 24, 0, 0, 0, 0xffff0000, 0x010200c0, 0 };
    int s = CALL(socket_, INET6, STREAM, 0), d = CALL(socket_, INET6, DATAGRAM, 0);
    error("2001:db8::1", CALL(connect_, s, six, 28));
    error("::ffff:192.0.2.1", CALL(connect_, s, mapped, 28));
    error("datagram", CALL(sendto_, d, "x", 1, 0, mapped, 28));
    struct address own = at("127.0.0.1", 22);
    error("127.0.0.1", CALL(connect_, CALL(socket_, INET, STREAM, 0), &own, 16));
    error("eth0", CALL(setsockopt_, d, 1, 25, "eth0", 5));
    static const char x11[] = "\1\0\0/tmp/.X11-unix/X0", bus[] = "\1\0/run/dbus/system_bus_socket";
    error("abstract", CALL(connect_, CALL(socket_, UNIX, STREAM, 0), x11, sizeof x11 - 1));
    error("bus", CALL(connect_, CALL(socket_, UNIX, STREAM, 0), bus, sizeof bus - 1));
    return 0;
}

__attribute__((used, noinline)) static void program(int argc, char **argv)
{
    int status = 99;
    if (argc > 2 && same(argv[1], "serve", 6)) status = serve(value(argv[2]));
    if (argc > 3 && same(argv[1], "ask", 4)) status = ask(argv[2], value(argv[3]));
    if (argc > 1 && same(argv[1], "escape", 7)) status = escape();
    CALL(exit_group_, status);
}

__asm__(".globl _start\n_start: mov %esp, %eax\n lea 4(%eax), %edx\n push %edx\n push (%eax)\n call program");
