/* What is told of files and processes in rare ways: programs that are executed, directories of processes as
   descriptors, requests that only some files know. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/fs.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include "say.h"
#ifndef F_GET_RW_HINT
#define F_GET_RW_HINT 1035
#endif
static void events(int i) {
    char b[4096] __attribute__((aligned(4)));
    int n = read(i, b, sizeof b);
    for (int at = 0; at < n;) { struct inotify_event *e = (void *)(b + at); printf(" %x", e->mask); at += sizeof *e + e->len; }
    puts("");
}
/* A socket of UDP for IPv6 and addresses of IPv4. */
static void both(void) {
    struct sockaddr_in a={AF_INET,0,{htonl(0x7f000001)}};socklen_t n=sizeof a;struct sockaddr_in6 b;socklen_t l=sizeof b;char c[9];
    int r=socket(AF_INET,SOCK_DGRAM,0),s=socket(AF_INET6,SOCK_DGRAM,0),t=socket(AF_INET6,SOCK_STREAM,0),o=1;
    say(bind(r,(void*)&a,n));getsockname(r,(void*)&a,&n);
    say(connect(s,(void*)&a,sizeof a));say(getpeername(s,(void*)&b,&l));printf("%d %d\n",b.sin6_family,IN6_IS_ADDR_V4MAPPED(&b.sin6_addr));
    l=sizeof b;say(getsockname(s,(void*)&b,&l));printf("%d %d\n",b.sin6_family,IN6_IS_ADDR_V4MAPPED(&b.sin6_addr));
    say(send(s,"one",3,0));say(recv(r,c,9,0));say(connect(t,(void*)&a,sizeof a));
    int u=socket(AF_INET6,SOCK_DGRAM,0);say(sendto(u,"four",4,0,(void*)&a,sizeof a));say(recv(r,c,9,MSG_DONTWAIT));say(sendto(u,"x",1,0,(void*)&a,8));
    a.sin_family=AF_UNSPEC;say(connect(s,(void*)&a,sizeof a));a.sin_family=AF_INET;l=sizeof b;say(getsockname(s,(void*)&b,&l));printf("%d %d\n",b.sin6_port,IN6_IS_ADDR_UNSPECIFIED(&b.sin6_addr));
    struct sockaddr_in6 six={AF_INET6,a.sin_port,0,IN6ADDR_LOOPBACK_INIT};say(connect(s,(void*)&six,sizeof six));l=sizeof b;say(getsockname(s,(void*)&b,&l));printf("%d\n",IN6_IS_ADDR_LOOPBACK(&b.sin6_addr));
    int v=socket(AF_INET6,SOCK_DGRAM,0);setsockopt(v,41,26,&o,4);say(connect(v,(void*)&a,sizeof a));say(sendto(v,"x",1,0,(void*)&a,sizeof a));say(connect(v,(void*)&a,8));say(connect(s,(void*)&a,8));
}
/* What is written over the arguments is what the process is called (setproctitle(3)), up to the first zero. */
static void title(char **argv) {
    char all[4096]; int f, last = 0;
    for (char **a = argv; *a; a++) last = *a + strlen(*a) - *argv;
    char *kept = malloc(last + 1); memcpy(kept, *argv, last + 1);
    for (int end = 0; end < 2; end++) {
        memset(*argv, ' ', last); strcpy(*argv, "title"); (*argv)[last] = end ? 0 : 'x';
        f = open("/proc/self/cmdline", O_RDONLY); int n = read(f, all, sizeof all); close(f);
        printf("%d %s\n", end ? n == last + 1 : n, all);
    }
    memcpy(*argv, kept, last + 1);
}
int main(int argc, char **argv) {
    if (argc > 1 && !strcmp(argv[1], "leaf")) return 0;
    setvbuf(stdout, 0, _IOLBF, 0);
    char command[200]; sprintf(command, "/proc/self/exe");
    int from = open(command, O_RDONLY), to = open("program", O_CREAT | O_WRONLY | O_TRUNC, 0755), n; static char copy[1 << 16];
    while ((n = read(from, copy, sizeof copy)) > 0) write(to, copy, n);
    close(from); close(to);
    int i = inotify_init1(IN_NONBLOCK), p; inotify_add_watch(i, "program", IN_ALL_EVENTS);
    if (!(p = fork())) { execl("./program", "program", "leaf", (char *)0); _exit(9); }
    int s; waitpid(p, &s, 0); printf("%x:", s); events(i);
    unlink("program"); events(i);
    if (!(p = fork())) { pause(); _exit(1); }
    char name[40]; sprintf(name, "/proc/%d", p);
    int d = open(name, O_RDONLY | O_DIRECTORY), o = open(name, O_PATH), f = open("/proc/self/status", O_RDONLY);
    say(syscall(SYS_pidfd_send_signal, d, 0, 0, 0)); say(syscall(SYS_pidfd_send_signal, o, 0, 0, 0)); say(syscall(SYS_pidfd_send_signal, f, 0, 0, 0));
    say(syscall(SYS_pidfd_send_signal, d, SIGTERM, 0, 0)); waitpid(p, &s, 0); printf("%x\n", s);
    say(syscall(SYS_pidfd_send_signal, d, 0, 0, 0));
    int size = 0, pipes[2]; pipe(pipes); f = open("/", O_RDONLY);
    say(ioctl(f, FIGETBSZ, &size)); printf("%d\n", size); say(ioctl(f, FIGETBSZ, 1)); say(ioctl(pipes[0], FIGETBSZ, &size)); printf("%d\n", size);
    say(ioctl(pipes[0], FS_IOC_GETFLAGS, &size));
    unsigned long long hint = 9; say(fcntl(pipes[0], F_GET_RW_HINT, &hint)); printf("%llu\n", hint);
    int t = posix_openpt(O_RDWR | O_NOCTTY); struct termios locked; memset(&locked, 1, sizeof locked);
    say(ioctl(t, 0x5456, &locked)); printf("%d\n", locked.c_iflag | locked.c_lflag);
    both();
    title(argv);
    return 0;
}
