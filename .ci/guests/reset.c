// What is left of connections that were reset, or closed on both sides, and of sockets that were not connected yet.
#include "sockets.h"

static int c, s, l;
static void both(void) {
  struct sockaddr_in a = in4(0);
  l = socket(AF_INET, SOCK_STREAM, 0);
  bind(l, (void *)&a, sizeof a);
  listen(l, 1);
  a.sin_port = htons(portof(l));
  c = socket(AF_INET, SOCK_STREAM, 0);
  connect(c, (void *)&a, sizeof a);
  s = accept(l, 0, 0);
}
static void left(void) {
  char b[10];
  struct sockaddr_in a;
  socklen_t n = sizeof a;
  struct tcp_info t; socklen_t m = sizeof t;
  say(events(s));
  say(getsockopt(s, IPPROTO_TCP, TCP_INFO, &t, &m)); printf("state %d\n", t.tcpi_state);
  say(getpeername(s, (void *)&a, &n));
  say(recv(s, b, 1, 0));
  say(recv(s, b, 9, 0));
  say(recv(s, b, 9, 0));
  say(send(s, "", 0, MSG_NOSIGNAL));
  say(send(s, "", 0, MSG_NOSIGNAL));
  say(send(s, "x", 1, MSG_NOSIGNAL));
  say(send(s, "x", 1, MSG_NOSIGNAL));
  say(shutdown(s, SHUT_RDWR));
  say(events(s));
  n = sizeof a;
  say(getsockname(s, (void *)&a, &n));
  printf("%d %d\n", ntohs(a.sin_port) == portof(l), connect(s, (void *)&a, sizeof a) < 0 ? errno : 0);
  close(s), close(l);
}
/* What select(2) says of a descriptor that only has an error. */
static void failed(int fd) {
  fd_set r, w, x;
  struct timeval none = {0};
  FD_ZERO(&r); FD_ZERO(&w); FD_ZERO(&x);
  FD_SET(fd, &r); FD_SET(fd, &w); FD_SET(fd, &x);
  say(select(fd + 1, &r, &w, &x, &none));
  printf("%d %d %d %x\n", !!FD_ISSET(fd, &r), !!FD_ISSET(fd, &w), !!FD_ISSET(fd, &x), events(fd));
  FD_ZERO(&r); FD_SET(fd, &r); none.tv_sec = 1;
  say(select(fd + 1, &r, 0, 0, &none));
}
static int listed(void) {
  char line[200], mine[20];
  int count = 0;
  sprintf(mine, ":%04X ", portof(l));
  FILE *f = fopen("/proc/net/tcp", "r");
  while (fgets(line, sizeof line, f)) count += !!strstr(line, mine);
  fclose(f);
  return count;
}
int main(void) {
  struct linger none = {1, 0};
  char b[10];
  setvbuf(stdout, 0, _IOLBF, 0);
  puts("-- lingering for no time");
  both(); setsockopt(c, SOL_SOCKET, SO_LINGER, &none, sizeof none); send(c, "abc", 3, 0); close(c); left();
  puts("-- unread bytes");
  both(); send(c, "abc", 3, 0); send(s, "d", 1, 0); close(c); left();
  puts("-- an end");
  both(); send(c, "abc", 3, 0); close(c); left();
  puts("-- both ends");
  both(); shutdown(c, SHUT_WR); say(read(s, b, 1)); shutdown(s, SHUT_WR); say(read(c, b, 1)); left();
  puts("-- and the other side of it");
  both(); shutdown(c, SHUT_WR); say(read(s, b, 1)); shutdown(s, SHUT_WR); say(read(c, b, 1)); { int t = s; s = c; c = t; } left();
  puts("-- errors");
  int p[2]; pipe(p); close(p[0]); failed(p[1]); close(p[1]);
  { struct sockaddr_in a = in4(1); int f = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0); connect(f, (void *)&a, sizeof a); failed(f); close(f); }
  puts("-- sizes");
  l = socket(AF_INET, SOCK_STREAM, 0);
  printf("%d %d %d\n", option(l, SOL_SOCKET, SO_SNDBUF), option(l, SOL_SOCKET, SO_RCVBUF), option(l, IPPROTO_TCP, TCP_MAXSEG));
  int own = 10000; setsockopt(l, SOL_SOCKET, SO_SNDBUF, &own, 4); printf("%d\n", option(l, SOL_SOCKET, SO_SNDBUF)); close(l);
  both(); printf("%d\n", option(c, SOL_SOCKET, SO_SNDBUF) > 100000);
  puts("-- lists");
  printf("%d\n", listed()); shutdown(c, SHUT_WR); printf("%d\n", listed()); shutdown(s, SHUT_WR); close(c); close(s); printf("%d\n", listed() >= 1);
  l = socket(AF_INET, SOCK_STREAM, 0); struct sockaddr_in a = in4(0); bind(l, (void *)&a, sizeof a); printf("%d\n", listed()); listen(l, 5); printf("%d\n", listed());
  return 0;
}
