/* Being told by signals what happens in a directory: fcntl(2), F_NOTIFY. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "say.h"

static int count, code, fd, band;
static void noticed(int s, siginfo_t *i, void *c) { count++; code = i->si_code; fd = i->si_fd; band = i->si_band; }
static void plain(int s) { count++; }
static void heard(const char *what) { printf("%s: %d code %d fd %d band %x\n", what, count, code, fd, band); count = code = fd = band = 0; }
static void put(const char *name, const char *text) { int f = open(name, O_CREAT | O_WRONLY, 0600); if (*text) write(f, text, strlen(text)); close(f); }
int main(void) {
    setvbuf(stdout, 0, _IOLBF, 0);
    char name[] = "notifyXXXXXX"; mkdtemp(name); chdir(name); mkdir("d", 0700); put("file", "x");
    int d = open("d", O_RDONLY | O_DIRECTORY), e = open("file", O_RDONLY);
    struct sigaction a = {.sa_sigaction = noticed, .sa_flags = SA_SIGINFO | SA_RESTART};
    sigaction(SIGRTMIN, &a, 0); signal(SIGIO, plain);
    say(fcntl(e, F_NOTIFY, DN_CREATE)); say(fcntl(e, F_NOTIFY, 0)); say(fcntl(e, F_NOTIFY, DN_MULTISHOT)); say(fcntl(99, F_NOTIFY, DN_CREATE));
    say(fcntl(d, F_NOTIFY, DN_CREATE)); put("d/a", ""); heard("create"); put("d/b", ""); heard("once");
    say(fcntl(d, F_SETSIG, SIGRTMIN)); say(fcntl(d, F_NOTIFY, DN_CREATE | DN_DELETE | DN_MULTISHOT));
    put("d/c", "text"); heard("create"); put("d/c", "more"); heard("no modification"); unlink("d/c"); heard("delete"); rename("d/a", "d/f"); heard("rename");
    say(fcntl(d, F_NOTIFY, DN_MODIFY | DN_MULTISHOT)); put("d/b", "xyz"); heard("modify"); put("d/g", ""); heard("create still");
    say(fcntl(d, F_NOTIFY, 0)); put("d/h", "1"); heard("nothing more");
    say(fcntl(d, F_NOTIFY, DN_ATTRIB | DN_MULTISHOT)); chmod("d/h", 0400); heard("attributes"); chmod("file", 0400); heard("of another");
    int g = open("d/h", O_RDONLY); char c; say(fcntl(d, F_NOTIFY, DN_ACCESS)); read(g, &c, 1); heard("access"); close(g);
    say(fcntl(d, F_NOTIFY, DN_RENAME | DN_MULTISHOT)); rename("d/h", "d/i"); heard("rename"); rename("d/i", "i"); heard("out"); say(fcntl(d, F_GETOWN) == getpid());
    close(d); put("d/z", ""); heard("closed");
    char *all[] = {"d/b", "d/f", "d/g", "d/z", "i", "file"}; for (int i = 0; i < 6; i++) unlink(all[i]);
    rmdir("d"); chdir(".."); say(rmdir(name));
    return 0;
}
