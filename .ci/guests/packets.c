/* What comes along with datagrams and out of band: addresses, hops, classes and times of packets, UDP-Lite, urgent
   bytes of TCP. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "say.h"

static const int on = 1;

/* A socket of a family that is bound to the loopback, and its address. */
static int bound(int family, int type, int protocol, struct sockaddr_storage *address, socklen_t *size) {
    int fd = socket(family, type, protocol);
    memset(address, 0, sizeof *address);
    address->ss_family = family;
    *size = family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
    if (family == AF_INET) ((struct sockaddr_in *)address)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    else ((struct sockaddr_in6 *)address)->sin6_addr = in6addr_loopback;
    if (bind(fd, (struct sockaddr *)address, *size) || getsockname(fd, (struct sockaddr *)address, size)) return -1;
    return fd;
}

static void show(int fd, int room) {
    char data[16], control[256], text[64];
    struct iovec iv = {data, sizeof data};
    struct msghdr h = {.msg_iov = &iv, .msg_iovlen = 1, .msg_control = control, .msg_controllen = room};
    long count = recvmsg(fd, &h, 0);
    printf("%ld bytes, flags %x, control %lu\n", count, h.msg_flags, (long)h.msg_controllen);
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&h); c; c = CMSG_NXTHDR(&h, c)) {
        unsigned char *p = CMSG_DATA(c);
        printf(" level %d type %d length %lu:", c->cmsg_level, c->cmsg_type, (long)c->cmsg_len);
        if (c->cmsg_level == SOL_SOCKET) {
            long now = time(0), then = *(int *)p;
            printf(" %s\n", then <= now && then > now - 10 ? "now" : "then");
            continue;
        }
        for (unsigned i = 0; i < c->cmsg_len - sizeof *c; i++) printf(" %02x", p[i]);
        printf("\n");
    }
}

static void datagrams(int family, int protocol) {
    struct sockaddr_storage to;
    socklen_t size;
    int in = bound(family, SOCK_DGRAM, protocol, &to, &size), out = socket(family, SOCK_DGRAM, protocol), v = family == AF_INET;
    say(in > 0 && out > 0);
    int *level = (int[]){v ? SOL_IP : SOL_IPV6};
    int options[] = {v ? IP_PKTINFO : IPV6_RECVPKTINFO, v ? IP_RECVTTL : IPV6_RECVHOPLIMIT, v ? IP_RECVTOS : IPV6_RECVTCLASS};
    say(sendto(out, "plain", 5, 0, (struct sockaddr *)&to, size)); show(in, 256);
    for (int i = 0; i < 3; i++) { say(setsockopt(in, *level, options[i], &on, 4)); }
    say(setsockopt(in, SOL_SOCKET, SO_TIMESTAMP, &on, 4));
    say(sendto(out, "all", 3, 0, (struct sockaddr *)&to, size)); show(in, 256);
    say(sendto(out, "cut", 3, 0, (struct sockaddr *)&to, size)); show(in, 30);
    int hops = 7, class = 0x10;
    say(setsockopt(out, *level, v ? IP_TTL : IPV6_UNICAST_HOPS, &hops, 4));
    say(setsockopt(out, *level, v ? IP_TOS : IPV6_TCLASS, &class, 4));
    say(sendto(out, "set", 3, 0, (struct sockaddr *)&to, size)); show(in, 256);
    char control[64] = {0};
    struct iovec iv = {"said", 4};
    struct msghdr h = {&to, size, &iv, 1, control, CMSG_SPACE(4), 0};
    struct cmsghdr *c = CMSG_FIRSTHDR(&h);
    c->cmsg_level = *level; c->cmsg_type = v ? IP_TTL : IPV6_HOPLIMIT; c->cmsg_len = CMSG_LEN(4);
    *(int *)CMSG_DATA(c) = 9;
    say(sendmsg(out, &h, 0)); show(in, 256);
    *(int *)CMSG_DATA(c) = 256; say(sendmsg(out, &h, 0));
    say(setsockopt(in, SOL_SOCKET, SO_TIMESTAMP, (int[]){0}, 4)); say(setsockopt(in, SOL_SOCKET, SO_TIMESTAMPNS, &on, 4));
    say(sendto(out, "time", 4, 0, (struct sockaddr *)&to, size)); show(in, 256);
    close(in); close(out);
}

static volatile int urgent;
static void arrived(int s) { urgent++; }

static int pair(int *other) {
    struct sockaddr_storage to;
    socklen_t size;
    int listener = bound(AF_INET, SOCK_STREAM, 0, &to, &size);
    listen(listener, 1);
    *other = socket(AF_INET, SOCK_STREAM, 0);
    connect(*other, (struct sockaddr *)&to, size);
    int fd = accept(listener, 0, 0);
    close(listener);
    return fd;
}

static int mark(int fd) { int at = -1; ioctl(fd, SIOCATMARK, &at); return at; }
static int waiting(int fd) { int n = -1; ioctl(fd, FIONREAD, &n); return n; }
static int state(int fd) { struct pollfd p = {fd, POLLIN | POLLPRI, 0}; poll(&p, 1, 0); return p.revents; }

static void out_of_band(void) {
    char data[32];
    int out, in = pair(&out);
    signal(SIGURG, arrived);
    say(fcntl(in, F_SETOWN, getpid())); say(recv(in, data, 1, MSG_OOB)); say(mark(in));
    say(send(out, "abc!", 4, MSG_OOB)); while (!urgent) usleep(1000);
    say(urgent); say(send(out, "de", 2, 0)); usleep(20000); say(state(in) & (POLLIN | POLLPRI));
    struct timeval none = {0, 0};
    fd_set set; FD_ZERO(&set); FD_SET(in, &set); say(select(in + 1, 0, 0, &set, &none));
    say(mark(in)); say(recv(in, data, 32, MSG_PEEK)); say(recv(in, data, 2, 0)); say(mark(in));
    say(recv(in, data, 32, 0)); say(data[0]); say(mark(in)); say(recv(in, data, 32, MSG_OOB | MSG_PEEK));
    say(recv(in, data, 32, MSG_OOB)); say(data[0]); say(recv(in, data, 1, MSG_OOB)); say(state(in) & (POLLIN | POLLPRI));
    say(mark(in)); say(recv(in, data, 32, 0)); say(data[0]); say(mark(in)); say(waiting(in));
    say(send(out, "f!", 2, MSG_OOB)); usleep(20000); say(recv(in, data, 32, 0)); say(send(out, "g", 1, 0)); usleep(20000);
    say(recv(in, data, 32, 0)); say(data[0]); say(recv(in, data, 1, MSG_OOB));
    say(setsockopt(in, SOL_SOCKET, SO_OOBINLINE, &on, 4)); say(send(out, "hi!", 3, MSG_OOB)); say(send(out, "j", 1, 0));
    usleep(20000); say(recv(in, data, 32, 0)); say(data[1]); say(mark(in)); say(recv(in, data, 1, MSG_OOB));
    say(recv(in, data, 32, 0)); say(data[0]); say(data[1]); say(urgent > 1);
    int two[2];
    say(socketpair(AF_UNIX, SOCK_DGRAM, 0, two)); say(send(two[0], "x", 1, MSG_OOB)); say(recv(two[1], data, 1, MSG_OOB | MSG_DONTWAIT));
    int udp = socket(AF_INET, SOCK_DGRAM, 0); say(recv(udp, data, 1, MSG_OOB | MSG_DONTWAIT));
}

int main(void) {
    datagrams(AF_INET, 0); datagrams(AF_INET6, 0); datagrams(AF_INET, IPPROTO_UDPLITE); datagrams(AF_INET6, IPPROTO_UDPLITE);
    out_of_band();
    return 0;
}
