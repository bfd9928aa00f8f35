// Sockets in all ways, for one process that waits for nothing that does not come: prints what happened.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static void say(const char *what, long value) { printf("%s: %ld%s%s\n", what, value, value < 0 ? " " : "", value < 0 ? strerrorname_np(errno) : ""); fflush(stdout); }
#define S(x) say(#x, (x))

static int events(int fd) {
  struct pollfd p = {fd, POLLIN | POLLOUT | POLLRDHUP | POLLPRI, 0};
  poll(&p, 1, 0);
  return p.revents;
}
static struct sockaddr_in in4(int port) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  return a;
}
static int option(int fd, int level, int name) { int v = -7; socklen_t n = sizeof v; if (getsockopt(fd, level, name, &v, &n)) return -errno; return v; }
static int portof(int fd) { struct sockaddr_in a; socklen_t n = sizeof a; if (getsockname(fd, (void *)&a, &n)) return -1; return ntohs(a.sin_port); }

static void streams(void) {
  puts("-- pairs");
  int p[2]; char b[100];
  S(socketpair(AF_UNIX, SOCK_STREAM, 0, p));
  S(events(p[0]));
  S(write(p[0], "hello", 5)); S(write(p[0], "world", 5));
  S(events(p[1])); int n; ioctl(p[1], FIONREAD, &n); say("waiting", n);
  S(recv(p[1], b, 3, MSG_PEEK)); S(read(p[1], b, 7)); printf("%.7s\n", b);
  S(recv(p[1], b, 100, MSG_DONTWAIT)); S(recv(p[1], b, 100, MSG_DONTWAIT));
  S(shutdown(p[0], SHUT_WR)); S(events(p[1])); S(events(p[0])); S(read(p[1], b, 5)); S(send(p[0], "x", 1, MSG_NOSIGNAL));
  S(write(p[1], "back", 4)); S(close(p[1])); S(events(p[0])); S(read(p[0], b, 10)); S(read(p[0], b, 10)); S(send(p[0], "x", 1, MSG_NOSIGNAL));
  close(p[0]);
  S(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, p)); S(fcntl(p[0], F_GETFL)); S(fcntl(p[0], F_GETFD));
  write(p[0], "unread", 6); close(p[1]); S(events(p[0])); S(option(p[0], SOL_SOCKET, SO_ERROR)); S(read(p[0], b, 5));
  close(p[0]);
  S(socketpair(AF_UNIX, SOCK_DGRAM, 0, p)); S(write(p[0], "one", 3)); S(write(p[0], "", 0)); S(write(p[0], "three", 5));
  S(recv(p[1], b, 2, MSG_TRUNC)); S(recv(p[1], b, 9, 0)); S(recv(p[1], b, 9, 0)); S(recv(p[1], b, 9, MSG_DONTWAIT));
  close(p[1]); S(send(p[0], "x", 1, MSG_NOSIGNAL)); close(p[0]);
  S(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, p)); S(write(p[0], "one", 3)); S(write(p[0], "two", 3)); S(read(p[1], b, 9)); S(read(p[1], b, 2)); S(events(p[1])); close(p[0]); S(events(p[1])); S(read(p[1], b, 2)); close(p[1]);
  S(socketpair(AF_INET, SOCK_STREAM, 0, p)); S(socket(AF_UNIX, 77, 0)); S(socket(99, 1, 0)); S(socket(AF_INET, SOCK_STREAM, IPPROTO_UDP)); S(socket(AF_UNIX, SOCK_STREAM, 9)); S(socket(AF_INET, SOCK_SEQPACKET, 0));
}

static void names(void) {
  puts("-- names");
  struct sockaddr_un u = {.sun_family = AF_UNIX}, w; socklen_t n = sizeof w; char b[50];
  strcpy(u.sun_path, "sock"); unlink("sock");
  int l = socket(AF_UNIX, SOCK_STREAM, 0), c = socket(AF_UNIX, SOCK_STREAM, 0);
  S(connect(c, (void *)&u, sizeof u)); S(listen(l, 1)); S(bind(l, (void *)&u, sizeof u)); S(bind(l, (void *)&u, sizeof u)); S(connect(c, (void *)&u, sizeof u));
  S(listen(l, 1)); S(events(l)); S(events(c)); S(connect(c, (void *)&u, sizeof u)); S(connect(c, (void *)&u, sizeof u)); S(events(l));
  struct stat st; stat("sock", &st); S(S_ISSOCK(st.st_mode)); S(open("sock", O_RDWR));
  S(write(c, "early", 5)); int a = accept(l, (void *)&w, &n); S(a > 0); say("length", n); S(read(a, b, 9));
  n = sizeof w; S(getsockname(a, (void *)&w, &n)); printf("%u %s\n", n, w.sun_path); n = sizeof w; S(getpeername(c, (void *)&w, &n)); printf("%u %s\n", n, w.sun_path);
  struct ucred cr; n = sizeof cr; S(getsockopt(c, SOL_SOCKET, SO_PEERCRED, &cr, &n)); S(cr.pid == getpid()); S(cr.uid == getuid());
  int d = socket(AF_UNIX, SOCK_DGRAM, 0); S(connect(d, (void *)&u, sizeof u)); S(option(l, SOL_SOCKET, SO_ACCEPTCONN)); S(option(c, SOL_SOCKET, SO_TYPE)); S(option(c, SOL_SOCKET, SO_DOMAIN));
  int c2 = socket(AF_UNIX, SOCK_STREAM, 0); S(connect(c2, (void *)&u, sizeof u)); close(l); S(events(c2)); S(read(c2, b, 5)); S(connect(socket(AF_UNIX, SOCK_STREAM, 0), (void *)&u, sizeof u));
  close(a); close(c); close(d); close(c2);
  struct sockaddr_un x = {.sun_family = AF_UNIX, .sun_path = "\0abstract"}; int s = socket(AF_UNIX, SOCK_DGRAM, 0), t = socket(AF_UNIX, SOCK_DGRAM, 0);
  S(bind(s, (void *)&x, 2 + 9)); S(bind(t, (void *)&x, 2 + 9)); S(sendto(t, "dg", 2, 0, (void *)&x, 11)); n = sizeof w; S(recvfrom(s, b, 50, 0, (void *)&w, &n)); say("length", n);
  S(bind(t, (void *)&u, 2)); n = sizeof w; S(getsockname(t, (void *)&w, &n)); say("automatic", n); S(sendto(t, "dg", 2, 0, (void *)&x, 11)); n = sizeof w; S(recvfrom(s, b, 50, 0, (void *)&w, &n)); say("length", n);
  S(connect(t, (void *)&x, 11)); S(send(t, "q", 1, 0)); S(sendto(s, "r", 1, 0, (void *)&w, n)); S(recv(t, b, 9, 0)); close(s); S(send(t, "q", 1, MSG_NOSIGNAL)); close(t);
}

static void passing(void) {
  puts("-- rights");
  int p[2], q[2]; socketpair(AF_UNIX, SOCK_STREAM, 0, p); if (pipe(q)) return;
  char b[10] = "d", control[200]; struct iovec v = {b, 1}; struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1, .msg_control = control, .msg_controllen = CMSG_SPACE(8)};
  struct cmsghdr *h = CMSG_FIRSTHDR(&m); h->cmsg_level = SOL_SOCKET; h->cmsg_type = SCM_RIGHTS; h->cmsg_len = CMSG_LEN(8); memcpy(CMSG_DATA(h), q, 8);
  S(sendmsg(p[0], &m, 0)); S(write(p[0], "more", 4)); close(q[0]); close(q[1]);
  v.iov_len = 9; m.msg_controllen = 200; S(recvmsg(p[1], &m, MSG_CMSG_CLOEXEC)); S(m.msg_flags == MSG_CMSG_CLOEXEC); h = CMSG_FIRSTHDR(&m); say("control", m.msg_controllen); say("len", h->cmsg_len);
  int r[2]; memcpy(r, CMSG_DATA(h), 8); S(write(r[1], "through", 7)); S(read(r[0], b, 9)); S(fcntl(r[0], F_GETFD));
  S(read(p[1], b, 9));
  v.iov_len = 1; m.msg_controllen = CMSG_SPACE(8); h = CMSG_FIRSTHDR(&m); h->cmsg_len = CMSG_LEN(8); h->cmsg_level = SOL_SOCKET; h->cmsg_type = SCM_RIGHTS; memcpy(CMSG_DATA(h), r, 8); S(sendmsg(p[0], &m, 0));
  m.msg_controllen = CMSG_SPACE(4); S(recvmsg(p[1], &m, 0)); S(m.msg_flags); say("control", m.msg_controllen);
  int one = 1; S(setsockopt(p[1], SOL_SOCKET, SO_PASSCRED, &one, 4)); S(write(p[0], "c", 1)); m.msg_controllen = 200; S(recvmsg(p[1], &m, 0)); h = CMSG_FIRSTHDR(&m); say("type", h->cmsg_type); struct ucred u; memcpy(&u, CMSG_DATA(h), 12); S(u.pid == getpid());
  h = CMSG_FIRSTHDR(&m); m.msg_controllen = CMSG_SPACE(8); h->cmsg_len = CMSG_LEN(4); h->cmsg_type = SCM_RIGHTS; int bad = 999; memcpy(CMSG_DATA(h), &bad, 4); m.msg_controllen = CMSG_LEN(4); S(sendmsg(p[0], &m, 0));
}

static void tcp(void) {
  puts("-- tcp");
  char b[100]; int one = 1, l = socket(AF_INET, SOCK_STREAM, 0), c = socket(AF_INET, SOCK_STREAM, 0); struct sockaddr_in a = in4(0), w; socklen_t n = sizeof w;
  S(events(c)); S(read(c, b, 1)); S(send(c, "x", 1, MSG_NOSIGNAL)); S(getpeername(c, (void *)&w, &n)); S(accept(c, 0, 0));
  S(bind(l, (void *)&a, 3)); S(bind(l, (void *)&a, sizeof a)); S(listen(l, 5)); a.sin_port = htons(portof(l)); S(events(l));
  int l2 = socket(AF_INET, SOCK_STREAM, 0); S(bind(l2, (void *)&a, sizeof a)); S(setsockopt(l2, SOL_SOCKET, SO_REUSEADDR, &one, 4)); S(bind(l2, (void *)&a, sizeof a));
  S(connect(c, (void *)&a, sizeof a)); S(connect(c, (void *)&a, sizeof a)); S(events(l)); n = sizeof w; int s = accept(l, (void *)&w, &n); S(ntohs(w.sin_port) == portof(c)); S(n); S(portof(s) == portof(l));
  S(write(c, "abc", 3)); S(write(c, "def", 3)); S(recv(s, b, 100, MSG_TRUNC | MSG_PEEK)); S(recv(s, b, 100, 0)); S(events(s)); S(shutdown(c, SHUT_WR)); S(events(s)); S(events(c)); S(read(s, b, 10)); S(write(s, "reply", 5)); S(close(s)); S(events(c)); S(read(c, b, 10)); S(read(c, b, 10)); S(close(c));
  c = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0); S(connect(c, (void *)&a, sizeof a)); S(events(c) & (POLLOUT | POLLERR)); S(option(c, SOL_SOCKET, SO_ERROR)); S(connect(c, (void *)&a, sizeof a)); S(connect(c, (void *)&a, sizeof a)); S(read(c, b, 1));
  s = accept(l, 0, 0); S(close(s)); usleep(1000); S(events(c)); S(send(c, "x", 1, MSG_NOSIGNAL)); usleep(1000); S(send(c, "x", 1, MSG_NOSIGNAL)); S(read(c, b, 1)); close(c);
  c = socket(AF_INET, SOCK_STREAM, 0); connect(c, (void *)&a, sizeof a); s = accept(l, 0, 0); write(s, "unread", 6); usleep(1000); close(c); usleep(1000); S(events(s)); S(read(s, b, 5)); S(read(s, b, 5)); close(s);
  close(l); c = socket(AF_INET, SOCK_STREAM, 0); S(connect(c, (void *)&a, sizeof a)); S(fcntl(c, F_SETFL, O_NONBLOCK)); S(connect(c, (void *)&a, sizeof a)); usleep(1000); S(events(c)); S(option(c, SOL_SOCKET, SO_ERROR)); S(option(c, SOL_SOCKET, SO_ERROR)); close(c);
  S(option(l2, 6, TCP_NODELAY)); S(setsockopt(l2, 6, TCP_NODELAY, &one, 4)); S(option(l2, 6, TCP_NODELAY)); S(option(l2, SOL_SOCKET, 9999)); S(option(l2, 17, 1)); S(option(l2, SOL_SOCKET, SO_PROTOCOL)); S(option(l2, SOL_SOCKET, SO_RCVBUF)); struct linger g = {1, 3}; S(setsockopt(l2, SOL_SOCKET, SO_LINGER, &g, 8)); S(setsockopt(l2, SOL_SOCKET, SO_LINGER, &g, 4)); S(setsockopt(l2, SOL_SOCKET, SO_KEEPALIVE, &one, 2));
  a.sin_addr.s_addr = htonl(0x0a000001); S(bind(l2, (void *)&a, sizeof a)); a.sin_family = AF_INET6; S(bind(l2, (void *)&a, sizeof a)); close(l2);
}

static void udp(void) {
  puts("-- udp");
  char b[100]; struct sockaddr_in a = in4(0), w; socklen_t n = sizeof w; int s = socket(AF_INET, SOCK_DGRAM, 0), c = socket(AF_INET, SOCK_DGRAM, 0);
  S(events(s)); S(bind(s, (void *)&a, sizeof a)); a.sin_port = htons(portof(s)); S(send(c, "x", 1, 0)); S(sendto(c, "hi", 2, 0, (void *)&a, sizeof a)); S(sendto(c, "", 0, 0, (void *)&a, sizeof a)); usleep(1000); S(events(s)); n = sizeof w; S(recvfrom(s, b, 1, MSG_TRUNC, (void *)&w, &n)); S(ntohs(w.sin_port) == portof(c)); S(w.sin_addr.s_addr == htonl(INADDR_LOOPBACK)); S(recv(s, b, 9, 0)); S(recv(s, b, 9, MSG_DONTWAIT));
  S(connect(s, (void *)&w, sizeof w)); S(sendto(c, "from c", 6, 0, (void *)&a, sizeof a)); int o = socket(AF_INET, SOCK_DGRAM, 0); S(sendto(o, "other", 5, 0, (void *)&a, sizeof a)); usleep(1000); S(recv(s, b, 99, MSG_DONTWAIT)); S(recv(s, b, 99, MSG_DONTWAIT));
  close(c); S(send(s, "gone", 4, 0)); usleep(1000); S(events(s)); S(send(s, "gone", 4, 0)); S(option(s, SOL_SOCKET, SO_ERROR)); w.sin_family = AF_UNSPEC; S(connect(s, (void *)&w, sizeof w)); S(getpeername(s, (void *)&w, &n)); static char big[70000]; S(sendto(s, big, 70000, 0, (void *)&a, sizeof a)); a.sin_port = 0; S(sendto(s, big, 1, 0, (void *)&a, sizeof a));
  int s6 = socket(AF_INET6, SOCK_DGRAM, 0); struct sockaddr_in6 six = {.sin6_family = AF_INET6}, w6; S(bind(s6, (void *)&six, sizeof six)); n = sizeof w6; getsockname(s6, (void *)&w6, &n); a = in4(ntohs(w6.sin6_port)); S(sendto(o, "to six", 6, 0, (void *)&a, sizeof a)); n = sizeof w6; S(recvfrom(s6, b, 99, 0, (void *)&w6, &n)); char t[60]; puts(inet_ntop(AF_INET6, &w6.sin6_addr, t, 60));
}

static void blocking(void) {
  puts("-- blocking");
  int p[2]; char b[100]; struct timeval tv = {0, 50000}; socketpair(AF_UNIX, SOCK_STREAM, 0, p); S(setsockopt(p[0], SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv)); S(read(p[0], b, 1)); S(recv(p[0], b, 1, 0));
  if (!fork()) { usleep(20000); write(p[1], "ab", 2); usleep(20000); write(p[1], "cd", 2); _exit(0); }
  tv.tv_usec = 0; setsockopt(p[0], SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv); S(recv(p[0], b, 4, MSG_WAITALL)); printf("%.4s\n", b); wait(0);
  static char big[1000000]; pid_t child = fork(); if (!child) { close(p[0]); long got = 0, n; while ((n = read(p[1], big, 7777)) > 0) got += n; _exit(got == 1000000 ? 5 : 6); }
  close(p[1]); S(write(p[0], big, 1000000)); close(p[0]); int st; waitpid(child, &st, 0); S(WEXITSTATUS(st));
  int l = socket(AF_INET, SOCK_STREAM, 0); struct sockaddr_in a = in4(0); bind(l, (void *)&a, sizeof a); listen(l, 5); a.sin_port = htons(portof(l));
  child = fork(); if (!child) { int c = socket(AF_INET, SOCK_STREAM, 0); usleep(20000); if (connect(c, (void *)&a, sizeof a)) _exit(9); long n = 0; for (int i = 0; i < 100; i++) n += send(c, big, 10000, 0); _exit(n == 1000000 ? 7 : 8); }
  int s = accept(l, 0, 0); long got = 0, n; while ((n = read(s, big, 3333)) > 0) got += n; say("got", got); waitpid(child, &st, 0); S(WEXITSTATUS(st));
  int e = epoll_create1(0); struct epoll_event ev = {.events = EPOLLIN | EPOLLET, .data.fd = l}; S(epoll_ctl(e, EPOLL_CTL_ADD, l, &ev)); S(epoll_wait(e, &ev, 1, 0)); int c = socket(AF_INET, SOCK_STREAM, 0); connect(c, (void *)&a, sizeof a); S(epoll_wait(e, &ev, 1, 1000)); S(epoll_wait(e, &ev, 1, 0));
  struct mmsghdr mm[3]; struct iovec v[3]; memset(mm, 0, sizeof mm); for (int i = 0; i < 3; i++) { v[i].iov_base = big + i; v[i].iov_len = i + 1; mm[i].msg_hdr.msg_iov = &v[i]; mm[i].msg_hdr.msg_iovlen = 1; }
  socketpair(AF_UNIX, SOCK_DGRAM, 0, p); S(sendmmsg(p[0], mm, 3, 0)); S(mm[2].msg_len); S(recvmmsg(p[1], mm, 3, MSG_DONTWAIT, 0)); S(recvmmsg(p[1], mm, 3, MSG_DONTWAIT, 0));
  signal(SIGPIPE, SIG_DFL); child = fork(); if (!child) { close(p[1]); socketpair(AF_UNIX, SOCK_STREAM, 0, p); close(p[1]); write(p[0], "x", 1); _exit(0); } waitpid(child, &st, 0); S(WTERMSIG(st));
}

int main(void) { signal(SIGPIPE, SIG_IGN); streams(); names(); passing(); tcp(); udp(); blocking(); return 0; }
