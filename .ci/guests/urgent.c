// Urgent bytes of Unix sockets (unix(7), MSG_OOB).
#include "sockets.h"

static int p[2], urgent, dropped;
static void noticed(int s) { urgent++; }
static void take(const char *what, int room, int flags) {
  char b[50];
  int r = recv(p[1], b, room, flags | MSG_DONTWAIT), mark = -1;
  ioctl(p[1], SIOCATMARK, &mark);
  if (r < 0) printf("  %s: %s", what, strerror(errno)); else printf("  %s: %d %.*s", what, r, r, b);
  int inq = -1; if (!dropped) ioctl(p[1], FIONREAD, &inq);
  printf(", mark %d, events %x, left %d\n", mark, events(p[1]), inq);
}
static void begin(const char *what) {
  printf("%s\n", what);
  close(p[0]), close(p[1]);
  socketpair(AF_UNIX, SOCK_STREAM, 0, p);
}
static void put(const char *text, int flags) { printf("  send %s %d: %d\n", text, flags, (int)send(p[0], text, strlen(text), flags)); }
int main(void) {
  setvbuf(stdout, 0, _IOLBF, 0);
  begin("one alone"); put("x", MSG_OOB); take("urgent", 9, MSG_OOB); take("urgent again", 9, MSG_OOB); take("plain", 9, 0);
  begin("the last of some"); put("hello", MSG_OOB); take("peek", 9, MSG_PEEK); take("plain", 9, 0); take("urgent", 9, MSG_OOB); take("plain", 9, 0);
  begin("between"); put("abc", 0); put("u", MSG_OOB); put("def", 0); take("plain", 2, 0); take("plain", 9, 0); take("look", 9, MSG_OOB | MSG_PEEK); take("urgent", 9, MSG_OOB); take("plain", 9, 0);
  begin("passed over"); dropped = 1; put("abc", 0); put("u", MSG_OOB); put("def", 0); take("plain", 9, 0); take("plain", 9, 0); take("urgent", 9, MSG_OOB);
  begin("taken first"); dropped = 0; put("abc", 0); put("u", MSG_OOB); put("def", 0); take("urgent", 9, MSG_OOB); take("plain", 9, 0); take("plain", 9, 0);
  begin("two of them"); put("au", MSG_OOB); put("bv", MSG_OOB); take("urgent", 9, MSG_OOB); take("plain", 9, 0); take("plain", 9, 0);
  begin("in line"); int one = 1; setsockopt(p[1], SOL_SOCKET, SO_OOBINLINE, &one, 4); put("abu", MSG_OOB); put("c", 0); take("urgent", 9, MSG_OOB); take("plain", 9, 0); take("plain", 9, 0);
  begin("a signal"); signal(SIGURG, noticed); fcntl(p[1], F_SETOWN, getpid()); put("u", MSG_OOB); printf("%d\n", urgent); take("urgent", 9, MSG_OOB);
  begin("nothing"); take("urgent", 9, MSG_OOB); put("", MSG_OOB); take("urgent", 9, MSG_OOB);
  begin("the end"); put("u", MSG_OOB); close(p[0]); take("urgent", 9, MSG_OOB); take("plain", 9, 0); p[0] = -1;
  close(p[0]), close(p[1]); socketpair(AF_UNIX, SOCK_DGRAM, 0, p); puts("datagrams"); put("x", MSG_OOB); perror(""); take("urgent", 9, MSG_OOB);
  close(p[0]), close(p[1]); socketpair(AF_UNIX, SOCK_SEQPACKET, 0, p); puts("packets"); put("x", MSG_OOB); take("urgent", 9, MSG_OOB);
  return 0;
}
