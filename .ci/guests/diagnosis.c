// Which sockets there are, as the kernel tells those who ask by netlink (sock_diag(7)).
#include "sockets.h"
#include "alone.h"
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/netlink_diag.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>

static int n, mine[2];
static struct { struct nlmsghdr head; union { struct inet_diag_req_v2 inet; struct unix_diag_req un; struct netlink_diag_req nl; unsigned char bytes[200]; }; } request;
static unsigned inode(int fd) { struct stat s; fstat(fd, &s); return s.st_ino; }
static const char *side(int port) { return !port ? "0" : port == mine[0] ? "A" : port == mine[1] ? "B" : "?"; }
static void *attribute(void *from, int left, int kind, int *size) {
  for (struct nlattr *a = from; left >= 4; left -= NLA_ALIGN(a->nla_len), a = (void *)a + NLA_ALIGN(a->nla_len))
    if (a->nla_type == kind) { *size = a->nla_len - 4; return a + 1; }
  return 0;
}
static void inet(struct inet_diag_msg *d, int left) {
  int size; unsigned char *shut = attribute(d + 1, left - sizeof *d, INET_DIAG_SHUTDOWN, &size), *only = attribute(d + 1, left - sizeof *d, INET_DIAG_SKV6ONLY, &size);
  char *way = attribute(d + 1, left - sizeof *d, INET_DIAG_CONG, &size);
  printf("  family %d state %d %s>%s %08x>%08x queues %d %d uid %d inode %d shut %d only %d %s\n", d->idiag_family, d->idiag_state, side(ntohs(d->id.idiag_sport)), side(ntohs(d->id.idiag_dport)),
         ntohl(d->id.idiag_src[0]), ntohl(d->id.idiag_dst[0]), d->idiag_state == 8 ? 0 : d->idiag_rqueue, d->idiag_state == 10 ? d->idiag_wqueue : 0, d->idiag_uid, !!d->idiag_inode, shut ? *shut : -1, only ? *only : -1, way ? "with its way" : "");
}
static unsigned known[8];
static int which(unsigned inode) { for (int i = 0; i < 8; i++) if (inode && known[i] == inode) return i; return -1; }
static void unixes(struct unix_diag_msg *d, int left) {
  int size = 0, icons = 0; char *name = attribute(d + 1, left - sizeof *d, UNIX_DIAG_NAME, &size);
  unsigned *peer = attribute(d + 1, left - sizeof *d, UNIX_DIAG_PEER, &icons), *queue = attribute(d + 1, left - sizeof *d, UNIX_DIAG_RQLEN, &icons), *uid = attribute(d + 1, left - sizeof *d, UNIX_DIAG_UID, &icons);
  struct unix_diag_vfs *file = attribute(d + 1, left - sizeof *d, UNIX_DIAG_VFS, &icons); struct stat s = {0}; stat("named", &s);
  icons = 0; unsigned *waiting = attribute(d + 1, left - sizeof *d, UNIX_DIAG_ICONS, &icons);
  printf("  %d: type %d state %d name %.*s peer %d queues %d %d file %d waiting %d %d uid %d\n", which(d->udiag_ino), d->udiag_type, d->udiag_state, name ? size : 0, name ? name + !*name : "", peer ? which(*peer) : -2,
         queue ? queue[0] : -1, queue && d->udiag_state == 10 ? queue[1] : -1, file ? file->udiag_vfs_ino == s.st_ino : -1, icons / 4, waiting && icons ? which(*waiting) : -1, uid ? *uid : -1);
}
static int order(const void *a, const void *b) { return strcmp(*(char **)a, *(char **)b); }
/* Sends a request and prints what comes, in an order that does not depend on the kernel's tables. */
static void ask(const char *what, int family, int size, int flags) {
  static char b[65536]; static unsigned sequence; char *lines[64], *text; size_t length; int count = 0, done = 0;
  printf("%s\n", what);
  request.head = (struct nlmsghdr){sizeof request.head + size, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | flags, ++sequence, 0};
  request.bytes[0] = family;
  send(n, &request, request.head.nlmsg_len, 0);
  while (!done) {
    int r = recv(n, b, sizeof b, 0);
    for (struct nlmsghdr *h = (void *)b; NLMSG_OK(h, r); h = NLMSG_NEXT(h, r)) {
      if (h->nlmsg_seq != sequence) puts("another's");
      if (h->nlmsg_type == NLMSG_DONE) { done = 1; break; }
      if (h->nlmsg_type == NLMSG_ERROR) { printf("  %s\n", strerror(-((struct nlmsgerr *)NLMSG_DATA(h))->error)); done = 1; break; }
      FILE *keep = stdout; stdout = open_memstream(&text, &length);
      if (family == AF_UNIX) unixes(NLMSG_DATA(h), h->nlmsg_len - NLMSG_HDRLEN); else inet(NLMSG_DATA(h), h->nlmsg_len - NLMSG_HDRLEN);
      fclose(stdout); stdout = keep; lines[count++] = text;
      if (!(h->nlmsg_flags & NLM_F_MULTI)) done = 1;
    }
  }
  qsort(lines, count, sizeof *lines, order);
  for (int i = 0; i < count; i++) fputs(lines[i], stdout);
}
static void clear(int protocol) { memset(request.bytes, 0, sizeof request.bytes); request.inet.sdiag_protocol = protocol; request.inet.idiag_states = 0xfff; request.inet.id.idiag_cookie[0] = request.inet.id.idiag_cookie[1] = -1; }
static void filtered(const char *what, const void *code, int size) {
  struct nlattr *a = (void *)(&request.inet + 1);
  clear(IPPROTO_TCP); *a = (struct nlattr){4 + size, INET_DIAG_REQ_BYTECODE}; memcpy(a + 1, code, size);
  ask(what, AF_INET, sizeof request.inet + a->nla_len, NLM_F_DUMP);
}
int main(void) {
  setvbuf(stdout, 0, _IOLBF, 0); alone();
  struct sockaddr_in a = in4(0); struct sockaddr_in6 six = {AF_INET6}; int one = 1, zero = 0; char b[10];
  int l = socket(AF_INET, SOCK_STREAM, 0), c = socket(AF_INET, SOCK_STREAM, 0), d = socket(AF_INET, SOCK_STREAM, 0), bound = socket(AF_INET, SOCK_STREAM, 0);
  bind(l, (void *)&a, sizeof a); listen(l, 5); a.sin_port = htons(mine[0] = portof(l));
  connect(c, (void *)&a, sizeof a); connect(d, (void *)&a, sizeof a); int s = accept(l, 0, 0); write(c, "abc", 3);
  struct sockaddr_in free = in4(0); bind(bound, (void *)&free, sizeof free);
  int u = socket(AF_INET, SOCK_DGRAM, 0), v = socket(AF_INET, SOCK_DGRAM, 0); free = in4(0); bind(u, (void *)&free, sizeof free); mine[1] = portof(u); free.sin_port = htons(mine[1]); connect(v, (void *)&free, sizeof free);
  int l6 = socket(AF_INET6, SOCK_STREAM, 0); setsockopt(l6, IPPROTO_IPV6, IPV6_V6ONLY, &one, 4); six.sin6_port = htons(mine[0]); say(bind(l6, (void *)&six, sizeof six)); listen(l6, 7);
  n = socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG); say(n > 0);
  clear(IPPROTO_TCP); ask("tcp", AF_INET, sizeof request.inet, NLM_F_DUMP);
  clear(IPPROTO_TCP); ask("tcp6", AF_INET6, sizeof request.inet, NLM_F_DUMP);
  clear(IPPROTO_UDP); ask("udp", AF_INET, sizeof request.inet, NLM_F_DUMP);
  clear(IPPROTO_TCP); request.inet.idiag_states = 1 << 10; ask("who listens", AF_INET, sizeof request.inet, NLM_F_DUMP);
  clear(IPPROTO_TCP); request.inet.id.idiag_dport = htons(mine[0]); request.inet.idiag_ext = 1 << (INET_DIAG_CONG - 1); ask("a port", AF_INET, sizeof request.inet, NLM_F_DUMP);
  clear(IPPROTO_TCP); request.inet.id.idiag_sport = htons(mine[0]); request.inet.id.idiag_src[0] = htonl(0x7f000001); ask("one", AF_INET, sizeof request.inet, 0);
  request.inet.id.idiag_sport = htons(1); ask("none", AF_INET, sizeof request.inet, 0);
  clear(IPPROTO_TCP); ask("no family", 99, sizeof request.inet, NLM_F_DUMP); ask("too short", AF_INET, 1, NLM_F_DUMP); ask("shorter than it is", AF_INET, 20, NLM_F_DUMP);
  struct inet_diag_bc_op port[] = {{INET_DIAG_BC_S_GE, 8, 20}, {0, 0, mine[0]}, {INET_DIAG_BC_S_LE, 8, 12}, {0, 0, mine[0]}};
  filtered("a filter of ports", port, sizeof port);
  port[0].yes = 6; filtered("a wrong one", port, sizeof port); port[0].yes = 8; port[0].no = 12; filtered("one that leads into a step", port, sizeof port);
  struct { struct inet_diag_bc_op op; struct inet_diag_hostcond host; unsigned address; } host = {{INET_DIAG_BC_D_COND, sizeof host, sizeof host + 4}, {AF_INET, 8, -1}, htonl(0x7f000000)};
  filtered("a filter of addresses", &host, sizeof host); host.host.prefix_len = 33; filtered("too many bits", &host, sizeof host);
  shutdown(c, SHUT_WR); usleep(200000); clear(IPPROTO_TCP); ask("half closed", AF_INET, sizeof request.inet, NLM_F_DUMP);

  struct sockaddr_un name = {AF_UNIX, "named"}, hidden = {AF_UNIX, "\0hidden"}; unlink("named");
  int p[2]; socketpair(AF_UNIX, SOCK_STREAM, 0, p); write(p[0], "xy", 2); int w = socket(AF_UNIX, SOCK_SEQPACKET, 0), x = socket(AF_UNIX, SOCK_SEQPACKET, 0), g = socket(AF_UNIX, SOCK_DGRAM, 0), h = socket(AF_UNIX, SOCK_DGRAM, 0);
  say(bind(w, (void *)&name, sizeof name)); listen(w, 3); say(connect(x, (void *)&name, sizeof name)); say(bind(g, (void *)&hidden, 2 + 7));
  int all[] = {p[0], p[1], w, x, g, h}; for (int i = 0; i < 6; i++) known[i] = inode(all[i]);
  clear(0); request.un.udiag_states = -1; request.un.udiag_show = -1; request.un.udiag_ino = 0; ask("unix", AF_UNIX, sizeof request.un, NLM_F_DUMP);
  request.un.udiag_states = 1 << 10; request.un.udiag_show = UDIAG_SHOW_NAME; ask("who listens", AF_UNIX, sizeof request.un, NLM_F_DUMP);
  request.un.udiag_ino = known[1]; request.un.udiag_show = UDIAG_SHOW_PEER; request.un.udiag_cookie[0] = request.un.udiag_cookie[1] = -1; ask("one", AF_UNIX, sizeof request.un, 0);
  request.un.udiag_ino = 0; ask("nobody", AF_UNIX, sizeof request.un, 0); request.un.udiag_ino = 1 << 30; ask("no such", AF_UNIX, sizeof request.un, 0);
  close(p[0]); clear(0); request.un.udiag_states = 1 << 1; request.un.udiag_show = UDIAG_SHOW_PEER | UDIAG_SHOW_NAME; ask("one end is gone", AF_UNIX, sizeof request.un, NLM_F_DUMP);
  unlink("named");
  return 0;
}
