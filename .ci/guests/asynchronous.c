// Signals that tell of open files: O_ASYNC by fcntl and by ioctl and F_SETSIG.
#define _GNU_SOURCE
#include "sockets.h"

static volatile sig_atomic_t signals, code, descriptor;

static void handler(int signal, siginfo_t *info, void *context) {
  (void)context;
  signals += signal;
  code = info->si_code;
  descriptor = info->si_fd;
}

int main(void) {
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
  sigaction(SIGIO, &action, 0);
  sigaction(SIGUSR1, &action, 0);
  int p[2];
  say(socketpair(AF_UNIX, SOCK_STREAM, 0, p));
  say(fcntl(p[0], F_SETOWN, getpid()));
  say(fcntl(p[0], F_SETFL, O_ASYNC) | (fcntl(p[0], F_GETFL) & O_ASYNC));
  say(write(p[1], "x", 1));
  printf("signals %d, the kernel's: %d\n", signals, code == SI_KERNEL || code == POLL_IN);
  int off = 0, on = 1;
  say(ioctl(p[0], FIOASYNC, &off) | (fcntl(p[0], F_GETFL) & O_ASYNC));
  say(write(p[1], "x", 1));
  printf("signals %d\n", signals);
  say(fcntl(p[0], F_SETSIG, SIGUSR1));
  say(ioctl(p[0], FIOASYNC, &on));
  say(write(p[1], "x", 1));
  printf("signals %d, code %d, descriptor %d\n", signals, code, descriptor == p[0]);
  return 0;
}
