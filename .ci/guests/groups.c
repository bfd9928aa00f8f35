// Groups of the internet on the loopback: joining, sending, receiving, leaving.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "alone.h"
#include "say.h"

#define NAME(text) (struct in_addr){inet_addr(text)}
static struct sockaddr_in in4at(const char *text, int port) { return (struct sockaddr_in){AF_INET, htons(port), NAME(text)}; }
static int port4(int s) { struct sockaddr_in a; socklen_t n = sizeof a; getsockname(s, (void *)&a, &n); return ntohs(a.sin_port); }
static void got(int s) {
    char b[10]; struct sockaddr_in6 a; socklen_t n = sizeof a;
    int r = recvfrom(s, b, 9, MSG_DONTWAIT, (void *)&a, &n);
    if (r < 0) { say(r); return; }
    b[r] = 0;
    char t[50]; const char *from = a.sin6_family == AF_INET ? inet_ntop(AF_INET, &((struct sockaddr_in *)&a)->sin_addr, t, 50) : inet_ntop(AF_INET6, &a.sin6_addr, t, 50);
    printf("got %s from %s\n", b, from);
}

static void four(void) {
    puts("-- IPv4");
    int s = socket(AF_INET, SOCK_DGRAM, 0), c = socket(AF_INET, SOCK_DGRAM, 0), t = socket(AF_INET, SOCK_STREAM, 0), n = 0;
    struct sockaddr_in any = in4at("0.0.0.0", 0), w, group;
    bind(s, (void *)&any, sizeof any);
    int port = port4(s);
    group = in4at("224.1.2.3", port);
    struct ip_mreq m = {NAME("224.1.2.3"), NAME("127.0.0.1")}, elsewhere = {NAME("224.1.2.3"), NAME("10.1.1.1")}, nowhere = {NAME("224.1.2.3"), NAME("0.0.0.0")}, none = {NAME("1.2.3.4"), NAME("127.0.0.1")};
    struct ip_mreqn by = {NAME("224.1.2.3"), NAME("0.0.0.0"), 1}, byno = {NAME("224.1.2.3"), NAME("0.0.0.0"), 77};
    say(sendto(c, "a", 1, 0, (void *)&group, sizeof group));
    say(connect(c, (void *)&group, sizeof group));
    say(setsockopt(s, SOL_IP, IP_DROP_MEMBERSHIP, &m, sizeof m));
    say(setsockopt(s, SOL_IP, IP_ADD_MEMBERSHIP, &m, 7));
    say(setsockopt(s, SOL_IP, IP_ADD_MEMBERSHIP, &none, sizeof none));
    say(setsockopt(s, SOL_IP, IP_ADD_MEMBERSHIP, &elsewhere, sizeof elsewhere));
    say(setsockopt(s, SOL_IP, IP_ADD_MEMBERSHIP, &nowhere, sizeof nowhere));
    say(setsockopt(s, SOL_IP, IP_ADD_MEMBERSHIP, &byno, sizeof byno));
    say(setsockopt(t, SOL_IP, IP_ADD_MEMBERSHIP, &m, sizeof m));
    say(setsockopt(s, SOL_IP, IP_ADD_MEMBERSHIP, &m, sizeof m));
    say(setsockopt(s, SOL_IP, IP_ADD_MEMBERSHIP, &by, sizeof by));
    struct in_addr lo = NAME("127.0.0.1"), far = NAME("10.1.1.1"), zero = NAME("0.0.0.0"), is;
    socklen_t l = sizeof is;
    say(getsockopt(c, SOL_IP, IP_MULTICAST_IF, &is, &l)); printf("%s %d\n", inet_ntoa(is), l);
    say(setsockopt(c, SOL_IP, IP_MULTICAST_IF, &far, 4));
    say(setsockopt(c, SOL_IP, IP_MULTICAST_IF, &far, 3));
    say(setsockopt(t, SOL_IP, IP_MULTICAST_IF, &lo, 4));
    say(setsockopt(c, SOL_IP, IP_MULTICAST_IF, &byno, sizeof byno));
    say(setsockopt(c, SOL_IP, IP_MULTICAST_IF, &lo, 4));
    say(getsockopt(c, SOL_IP, IP_MULTICAST_IF, &is, &l)); printf("%s %d\n", inet_ntoa(is), l);
    say(sendto(c, "b", 1, 0, (void *)&group, sizeof group)); got(s); got(s);
    say(setsockopt(c, SOL_IP, IP_MULTICAST_LOOP, &n, sizeof n));
    say(sendto(c, "c", 1, 0, (void *)&group, sizeof group)); got(s);
    say(setsockopt(c, SOL_IP, IP_MULTICAST_TTL, &n, sizeof n));
    say(sendto(c, "d", 1, 0, (void *)&group, sizeof group)); got(s);
    group.sin_port = htons(1);
    say(sendto(c, "e", 1, 0, (void *)&group, sizeof group)); say(sendto(c, "e", 1, 0, (void *)&group, sizeof group));
    group = in4at("224.1.2.4", port);
    say(sendto(c, "f", 1, 0, (void *)&group, sizeof group)); got(s);
    group = in4at("224.0.0.1", port);
    say(sendto(c, "g", 1, 0, (void *)&group, sizeof group)); got(s);
    // Others that are bound to the port hear it too, unless they want only what they have joined.
    int one = 1, r = socket(AF_INET, SOCK_DGRAM, 0), q = socket(AF_INET, SOCK_DGRAM, 0), p = socket(AF_INET, SOCK_DGRAM, 0);
    setsockopt(r, SOL_SOCKET, SO_REUSEADDR, &one, 4); setsockopt(q, SOL_SOCKET, SO_REUSEADDR, &one, 4); setsockopt(p, SOL_SOCKET, SO_REUSEADDR, &one, 4);
    w = in4at("224.1.2.3", 0);
    say(bind(r, (void *)&w, sizeof w)); port = port4(r);
    any.sin_port = htons(port); say(bind(q, (void *)&any, sizeof any)); say(bind(p, (void *)&any, sizeof any));
    l = sizeof w; getsockname(r, (void *)&w, &l); puts(inet_ntoa(w.sin_addr));
    say(setsockopt(q, SOL_IP, IP_MULTICAST_ALL, &n, sizeof n));
    group = in4at("224.1.2.3", port);
    say(sendto(c, "h", 1, 0, (void *)&group, sizeof group)); got(r); got(q); got(p);
    m.imr_multiaddr = NAME("239.255.0.9");
    say(setsockopt(q, SOL_IP, IP_ADD_MEMBERSHIP, &m, sizeof m));
    group.sin_addr = m.imr_multiaddr;
    say(sendto(c, "i", 1, 0, (void *)&group, sizeof group)); got(r); got(q); got(p);
    // A bound sender needs no device, and a connected one no address.
    int b = socket(AF_INET, SOCK_DGRAM, 0); w = in4at("127.0.0.1", 0); bind(b, (void *)&w, sizeof w);
    say(connect(b, (void *)&group, sizeof group)); say(send(b, "j", 1, 0)); got(q); got(p);
    say(sendto(r, "k", 1, 0, (void *)&group, sizeof group));
    say(setsockopt(q, SOL_IP, IP_DROP_MEMBERSHIP, &nowhere, sizeof nowhere));
    say(setsockopt(q, SOL_IP, IP_DROP_MEMBERSHIP, &elsewhere, sizeof elsewhere));
    say(setsockopt(q, SOL_IP, IP_DROP_MEMBERSHIP, &m, sizeof m));
    say(setsockopt(q, SOL_IP, IP_DROP_MEMBERSHIP, &m, sizeof m));
    say(sendto(c, "l", 1, 0, (void *)&group, sizeof group)); got(q); got(p);
    close(s);
    group = in4at("224.1.2.3", port);
    say(sendto(c, "m", 1, 0, (void *)&group, sizeof group)); got(r); got(p);
    say(setsockopt(c, SOL_IP, IP_MULTICAST_IF, &zero, 4));
    say(sendto(c, "n", 1, 0, (void *)&group, sizeof group));
    for (n = 0; n < 30; n++) {
        m.imr_multiaddr.s_addr = htonl(0xe1000000 + n);
        if (setsockopt(q, SOL_IP, IP_ADD_MEMBERSHIP, &m, sizeof m)) { printf("%d %s\n", n, strerror(errno)); break; }
    }
    struct group_req g = {1, {AF_INET}}; memcpy(&g.gr_group, &group, sizeof group);
    say(setsockopt(p, SOL_IP, MCAST_JOIN_GROUP, &g, sizeof g)); say(setsockopt(p, SOL_IP, MCAST_JOIN_GROUP, &g, sizeof g));
    say(setsockopt(p, SOL_IP, MCAST_JOIN_GROUP, &g, 20));
    say(setsockopt(c, SOL_IP, IP_MULTICAST_IF, &by, sizeof by));
    say(sendto(c, "o", 1, 0, (void *)&group, sizeof group)); got(p);
    say(setsockopt(p, SOL_IP, MCAST_LEAVE_GROUP, &g, sizeof g)); say(setsockopt(p, SOL_IP, MCAST_LEAVE_GROUP, &g, sizeof g));
}

static void six(void) {
    puts("-- IPv6");
    int s = socket(AF_INET6, SOCK_DGRAM, 0), c = socket(AF_INET6, SOCK_DGRAM, 0), t = socket(AF_INET6, SOCK_STREAM, 0), one = 1, far = 77;
    struct sockaddr_in6 a = {AF_INET6}, g = {AF_INET6}; socklen_t n = sizeof a;
    bind(s, (void *)&a, sizeof a); getsockname(s, (void *)&a, &n);
    struct ipv6_mreq m = {.ipv6mr_interface = 1}, zero = {.ipv6mr_interface = 0}, no = {.ipv6mr_interface = 77}, none = {IN6ADDR_LOOPBACK_INIT, 1};
    inet_pton(AF_INET6, "ff15::99", &m.ipv6mr_multiaddr); zero.ipv6mr_multiaddr = no.ipv6mr_multiaddr = m.ipv6mr_multiaddr;
    g.sin6_port = a.sin6_port; g.sin6_addr = m.ipv6mr_multiaddr;
    say(sendto(c, "a", 1, 0, (void *)&g, sizeof g));
    say(setsockopt(s, SOL_IPV6, IPV6_LEAVE_GROUP, &m, sizeof m));
    say(setsockopt(s, SOL_IPV6, IPV6_JOIN_GROUP, &m, 19));
    say(setsockopt(s, SOL_IPV6, IPV6_JOIN_GROUP, &none, sizeof none));
    say(setsockopt(s, SOL_IPV6, IPV6_JOIN_GROUP, &no, sizeof no));
    say(setsockopt(s, SOL_IPV6, IPV6_JOIN_GROUP, &zero, sizeof zero));
    say(setsockopt(t, SOL_IPV6, IPV6_JOIN_GROUP, &m, sizeof m));
    say(setsockopt(s, SOL_IPV6, IPV6_JOIN_GROUP, &m, sizeof m));
    say(setsockopt(s, SOL_IPV6, IPV6_JOIN_GROUP, &m, sizeof m));
    int is = 5; n = sizeof is;
    say(getsockopt(c, SOL_IPV6, IPV6_MULTICAST_IF, &is, &n)); printf("%d %d\n", is, n);
    say(setsockopt(c, SOL_IPV6, IPV6_MULTICAST_IF, &far, sizeof far));
    say(setsockopt(t, SOL_IPV6, IPV6_MULTICAST_IF, &one, sizeof one));
    say(setsockopt(c, SOL_IPV6, IPV6_MULTICAST_IF, &one, sizeof one));
    say(getsockopt(c, SOL_IPV6, IPV6_MULTICAST_IF, &is, &n)); printf("%d %d\n", is, n);
    say(sendto(c, "b", 1, 0, (void *)&g, sizeof g)); got(s);
    g.sin6_addr.s6_addr[15] = 1; say(sendto(c, "c", 1, 0, (void *)&g, sizeof g)); got(s);
    inet_pton(AF_INET6, "ff02::1", &g.sin6_addr); say(sendto(c, "d", 1, 0, (void *)&g, sizeof g)); got(s);
    int d = socket(AF_INET6, SOCK_DGRAM, 0); say(sendto(d, "e", 1, 0, (void *)&g, sizeof g)); say(connect(d, (void *)&g, sizeof g));
    g.sin6_scope_id = 1; say(sendto(d, "f", 1, 0, (void *)&g, sizeof g)); got(s);
    say(setsockopt(s, SOL_IPV6, IPV6_LEAVE_GROUP, &m, sizeof m));
    say(setsockopt(s, SOL_IPV6, IPV6_LEAVE_GROUP, &m, sizeof m));
    struct ip_mreqn four = {NAME("224.1.2.3"), NAME("127.0.0.1"), 0}; struct sockaddr_in f = in4at("224.1.2.3", ntohs(a.sin6_port));
    say(setsockopt(s, SOL_IP, IP_ADD_MEMBERSHIP, &four, sizeof four));
    int v = socket(AF_INET, SOCK_DGRAM, 0); setsockopt(v, SOL_IP, IP_MULTICAST_IF, &four, sizeof four);
    say(sendto(v, "g", 1, 0, (void *)&f, sizeof f)); got(s);
    char name[IF_NAMESIZE]; puts(if_indextoname(1, name) ? name : "none"); puts(if_indextoname(77, name) ? name : strerror(errno));
}

int main(void) { setvbuf(stdout, 0, _IOLBF, 0); alone(); four(); six(); return 0; }
