/* Pseudoterminals: line discipline, job control, hang-up. Prints the same on every Linux. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static int master, slave;
static struct termios initial;

static void show(const char *what, const char *bytes, int n) {
    printf("%s", what);
    if (n < 0) { printf(" error %s\n", strerrorname_np(errno)); return; }
    printf(" %d \"", n);
    for (int i = 0; i < n; i++) {
        unsigned char c = bytes[i];
        if (c < 32 || c > 126 || c == '\\') printf("\\x%02x", c); else putchar(c);
    }
    printf("\"\n");
}
static void result(const char *what, int r) { printf("%s: %d %s\n", what, r < 0 ? -1 : r, r < 0 ? strerrorname_np(errno) : ""); }
static int ready(int fd, int events, int ms) { struct pollfd p = {fd, events, 0}; return poll(&p, 1, ms) > 0 ? p.revents : 0; }
/* Everything that can be read within a moment. */
static void drain(const char *what, int fd) {
    static char all[70000]; int n = 0, r = 0;
    while (ready(fd, POLLIN, 60) & POLLIN && (r = read(fd, all + n, sizeof all - n)) > 0) n += r;
    show(what, all, n ? n : r);
}
static void type(const char *text) { write(master, text, strlen(text)); }
static void open_pair(void) {
    char name[64]; int n, lock = 0;
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY);
    ioctl(master, TIOCGPTN, &n); ioctl(master, TIOCSPTLCK, &lock);
    snprintf(name, sizeof name, "/dev/pts/%d", n);
    slave = open(name, O_RDWR | O_NOCTTY);
    tcgetattr(slave, &initial);
}
static void close_pair(void) { close(slave); close(master); }

static void names(void) {
    struct stat st; struct winsize w; struct termios t; struct termio old; char name[64]; int n = -1, lock = -1;
    int m = open("/dev/ptmx", O_RDWR | O_NOCTTY);
    result("number", ioctl(m, TIOCGPTN, &n)); ioctl(m, TIOCGPTLCK, &lock); printf("locked %d\n", lock);
    snprintf(name, sizeof name, "/dev/pts/%d", n);
    result("locked slave", open(name, O_RDWR | O_NOCTTY));
    lock = 0; ioctl(m, TIOCSPTLCK, &lock);
    int s = open(name, O_RDWR | O_NOCTTY); printf("open %d\n", s > m);
    fstat(s, &st); printf("type %o minor %d major %d links %d\n", st.st_mode & S_IFMT, minor(st.st_rdev) == n, major(st.st_rdev), (int)st.st_nlink);
    printf("ttyname %d isatty %d %d\n", strcmp(ttyname(s), name), isatty(s), isatty(m));
    fstat(m, &st); printf("master %x\n", (unsigned)st.st_rdev);
    tcgetattr(s, &t);
    printf("modes %o %o %o %o line %d\n", t.c_iflag, t.c_oflag, t.c_cflag, t.c_lflag, t.c_line);
    for (int i = 0; i < 17; i++) printf("%d ", t.c_cc[i]);
    printf("speeds %d %d\n", (int)cfgetispeed(&t), (int)cfgetospeed(&t));
    ioctl(s, TCGETA, &old); printf("old %o %o %o %o %d\n", old.c_iflag, old.c_oflag, old.c_cflag, old.c_lflag, old.c_cc[3]);
    cfsetspeed(&t, B9600); t.c_cflag |= PARENB; t.c_cflag &= ~CSIZE; tcsetattr(s, TCSANOW, &t); tcgetattr(m, &t);
    printf("through the master %o %d\n", t.c_cflag, (int)cfgetospeed(&t));
    ioctl(s, TIOCGWINSZ, &w); printf("window %d %d\n", w.ws_row, w.ws_col);
    w.ws_row = 30; w.ws_col = 100; ioctl(m, TIOCSWINSZ, &w); w.ws_row = 0; ioctl(s, TIOCGWINSZ, &w); printf("window %d %d\n", w.ws_row, w.ws_col);
    result("seek", lseek(s, 0, SEEK_CUR)); result("pread", pread(s, name, 1, 0));
    result("group", ioctl(s, TIOCGPGRP, &n)); result("session", ioctl(s, TIOCGSID, &n)); result("master group", ioctl(m, TIOCGPGRP, &n));
    result("notty", ioctl(s, TIOCNOTTY)); result("pkt of slave", ioctl(s, TIOCPKT, &n)); result("modem", ioctl(s, TIOCMGET, &n));
    result("null settings", ioctl(s, TCSETS, 0)); result("flush 3", ioctl(s, TCFLSH, 3)); result("flow 4", ioctl(s, TCXONC, 4)); result("flush 2", ioctl(s, TCFLSH, 2));
    n = 5; result("discipline", ioctl(s, TIOCGETD, &n)); printf("%d\n", n); result("queue", ioctl(s, TIOCOUTQ, &n)); printf("%d\n", n);
    result("break", tcsendbreak(s, 0)); result("drain", tcdrain(s)); n = 0; ioctl(s, TIOCGSOFTCAR, &n); printf("carrier %d\n", n);
    close(s); result("gone slave", read(m, name, 1)); printf("poll %x\n", ready(m, POLLIN | POLLOUT, 0));
    s = ioctl(m, TIOCGPTPEER, O_RDWR | O_NOCTTY); printf("peer %d\n", s >= 0); printf("poll %x\n", ready(m, POLLIN | POLLOUT, 0));
    close(m); result("hung up read", read(s, name, 1)); result("hung up write", write(s, "x", 1)); result("hung up ioctl", tcgetattr(s, &t));
    result("hung up group", ioctl(s, TIOCSPGRP, &n)); printf("poll %x\n", ready(s, POLLIN | POLLOUT, 0)); close(s);
    printf("name %d\n", access(name, F_OK));
}

static void line(const char *what, int iflag, int oflag, int lflag, const char *text) {
    open_pair();
    struct termios t = initial; t.c_iflag ^= iflag; t.c_oflag ^= oflag; t.c_lflag ^= lflag; tcsetattr(slave, TCSANOW, &t);
    int n = -1; type(text); usleep(20000); ioctl(slave, FIONREAD, &n);
    printf("%s: waiting %d poll %x\n", what, n, ready(slave, POLLIN | POLLOUT, 0));
    fcntl(slave, F_SETFL, O_RDWR | O_NONBLOCK);
    drain("  shown", master);
    char b[100]; int r;
    for (int i = 0; i < 6; i++) { r = read(slave, b, sizeof b); show("  read", b, r); if (r < 0) break; }
    close_pair();
}
static void lines(void) {
    line("plain", 0, 0, 0, "abc\rde\nf");
    line("erase", 0, 0, 0, "ab\x7f" "c\td\x7f\x7f\x7f" "e\x01\x7f\r");
    line("erase without ECHOE", 0, 0, ECHOE, "ab\x7f\x7f\x7f\r");
    line("kill", 0, 0, 0, "one two\x15" "three\r");
    line("kill without ECHOKE", 0, 0, ECHOKE, "one\x15" "two\r");
    line("kill without ECHOK", 0, 0, ECHOKE | ECHOK, "one\x15" "two\r");
    line("kill without echo", 0, 0, ECHO, "one\x15" "two\r");
    line("words", 0, 0, 0, "foo bar_1, \x17 baz\x17\x17\r");
    line("paper", 0, 0, ECHOPRT, "abc\x7f\x7f" "d\x17\r");
    line("literal", 0, 0, 0, "a\x16\x03\x16\x16\x16\x7f\r");
    line("reprint", 0, 0, 0, "a\x01" "b\x12" "c\r");
    line("end of file", 0, 0, 0, "abc\x04\x04" "d\x04" "e\r");
    line("no echo but newline", 0, 0, ECHO | ECHONL, "ab\x7f\r");
    line("no ECHOCTL", 0, 0, ECHOCTL, "a\x01\x7f" "b\x02\r");
    line("no IEXTEN", 0, 0, IEXTEN, "a\x16\x17\x12\r");
    line("no ICRNL", ICRNL, 0, 0, "a\rb\n");
    line("INLCR", INLCR, 0, 0, "a\nb\r");
    line("IGNCR", IGNCR, 0, 0, "a\rb\n");
    line("ISTRIP", ISTRIP, 0, 0, "\xe1\xe2\r");
    line("IUCLC", IUCLC, 0, 0, "AbC\r");
    line("UTF-8", IUTF8, 0, 0, "a\xc3\xa9\x7f\xe2\x82\xac\x7f\x7f" "b\r");
    line("bytes", 0, 0, 0, "a\xc3\xa9\x7f\x7f" "b\r");
    line("stop", 0, 0, 0, "a\x13" "b\x11" "c\r");
    line("any", IXANY, 0, 0, "a\x13" "bc\r");
    line("no IXON", IXON, 0, 0, "a\x13\x11\r");
    line("PARMRK", PARMRK, 0, 0, "a\xff" "b\r");
    line("signals", 0, 0, 0, "ab\x03" "c\x1c" "d\x1a" "e\r");
    line("no flush", 0, 0, NOFLSH, "ab\x03" "c\r");
    line("no ISIG", 0, 0, ISIG, "a\x03\x1c\x1a\r");
    line("raw echo", 0, 0, ICANON, "a\r\n\x7f\x15\x04\t");
    line("raw", 0, 0, ICANON | ECHO | ISIG, "a\r\n\x03\x7f");
    line("raw with INLCR", INLCR | ICRNL, 0, ICANON, "a\r\n");
    line("no OPOST", 0, OPOST, 0, "a\r");
    line("tab", 0, 0, 0, "\t\x7f" "a\tb\t\x7f\x7f\x7f" "c\r");
    open_pair();
    struct termios t = initial; t.c_cc[VEOL] = ';'; t.c_cc[VEOL2] = '!'; tcsetattr(slave, TCSANOW, &t);
    type("a;b!c"); usleep(20000); fcntl(slave, F_SETFL, O_RDWR | O_NONBLOCK);
    char b[8]; show("EOL", b, read(slave, b, 8)); show("EOL2", b, read(slave, b, 8)); show("none", b, read(slave, b, 8));
    t = initial; t.c_lflag &= ~ICANON; tcsetattr(slave, TCSANOW, &t); show("turned raw", b, read(slave, b, 8));
    type("xy"); usleep(20000); tcsetattr(slave, TCSANOW, &initial); type("z\r"); usleep(20000);
    show("turned canonical", b, read(slave, b, 8)); show("again", b, read(slave, b, 8)); show("again", b, read(slave, b, 8));
    type("abc\x04"); usleep(20000); show("exactly", b, read(slave, b, 3)); show("then", b, read(slave, b, 3));
    type("abcdef\r"); usleep(20000); show("part", b, read(slave, b, 3)); tcflush(slave, TCIFLUSH); show("flushed", b, read(slave, b, 8));
    type("gone\r"); usleep(20000); tcsetattr(slave, TCSAFLUSH, &initial); show("flushed", b, read(slave, b, 8));
    drain("shown", master); close_pair();
}

static void output(const char *what, int oflag, const char *text) {
    open_pair();
    struct termios t = initial; t.c_oflag = oflag; tcsetattr(slave, TCSANOW, &t);
    result(what, write(slave, text, strlen(text))); drain("  shown", master); close_pair();
}
static void outputs(void) {
    output("ONLCR", OPOST | ONLCR, "a\nb\n");
    output("none", ONLCR, "a\nb");
    output("OCRNL", OPOST | OCRNL, "a\rb\n");
    output("ONOCR", OPOST | ONOCR, "\ra\r\rb");
    output("ONLRET", OPOST | ONLRET | ONOCR, "ab\n\rc");
    output("OLCUC", OPOST | OLCUC, "aBc\n");
    output("XTABS", OPOST | ONLCR | XTABS, "a\tbc\b\td\n\te");
    open_pair();
    tcflow(slave, TCOOFF); fcntl(slave, F_SETFL, O_RDWR | O_NONBLOCK);
    result("stopped", write(slave, "a", 1)); printf("poll %x\n", ready(slave, POLLOUT, 0)); tcflow(slave, TCOON); result("on", write(slave, "a", 1));
    tcflow(slave, TCIOFF); tcflow(slave, TCION); drain("shown", master);
    int on = 1; ioctl(master, TIOCPKT, &on);
    type("\x13\x11\x13"); usleep(20000); char b[16]; show("packet", b, read(master, b, 16));
    type("\x11"); usleep(20000); show("packet", b, read(master, b, 16));
    write(slave, "hello", 5); show("packet", b, read(master, b, 16));
    struct termios t = initial; t.c_iflag &= ~IXON; tcsetattr(slave, TCSANOW, &t); printf("poll %x\n", ready(master, POLLIN | POLLPRI, 0));
    fd_set in, except; struct timeval none = {0, 0}; FD_ZERO(&in); FD_ZERO(&except); FD_SET(master, &in); FD_SET(master, &except);
    result("select", select(master + 1, &in, 0, &except, &none)); show("packet", b, read(master, b, 16));
    tcsetattr(slave, TCSANOW, &initial); show("packet", b, read(master, b, 16));
    tcflush(slave, TCIFLUSH); show("packet", b, read(master, b, 16));
    tcflush(slave, TCOFLUSH); show("packet", b, read(master, b, 16));
    on = 0; ioctl(master, TIOCPKT, &on); close_pair();
    /* A line that is too long loses what does not fit in. */
    open_pair(); static char big[6000]; memset(big, 'x', 5000); strcpy(big + 5000, "y\r"); t = initial; t.c_lflag &= ~ECHO; tcsetattr(slave, TCSANOW, &t);
    type(big); usleep(50000); int r = read(slave, big, sizeof big); printf("long %d %d %d\n", r, big[r - 2] , big[r - 1]); close_pair();
}

static int elapsed(struct timespec *from) { struct timespec now; clock_gettime(CLOCK_MONOTONIC, &now); return (now.tv_sec - from->tv_sec) * 1000 + (now.tv_nsec - from->tv_nsec) / 1000000; }
static void timed(const char *what, int min, int time, int size, const char *first, const char *second) {
    open_pair();
    struct termios t = initial; t.c_lflag &= ~(ICANON | ECHO); t.c_cc[VMIN] = min; t.c_cc[VTIME] = time; tcsetattr(slave, TCSANOW, &t);
    type(first); usleep(20000);
    struct timespec start; clock_gettime(CLOCK_MONOTONIC, &start);
    pid_t p = 0; if (second && !(p = fork())) { usleep(120000); type(second); _exit(0); }
    char b[16]; printf("%s: poll %x\n", what, ready(slave, POLLIN, 0));
    int r = read(slave, b, size); int took = elapsed(&start); show("  read", b, r);
    printf("  after %s\n", took < 60 ? "no time" : took < 250 ? "a while" : "a long time");
    if (p) waitpid(p, 0, 0);
    close_pair();
}
static void times_(void) {
    timed("0 0 empty", 0, 0, 9, "", 0);
    timed("0 0", 0, 0, 9, "ab", 0);
    timed("3 0", 3, 0, 9, "a", "bcd");
    timed("3 0 small", 3, 0, 2, "ab", 0);
    timed("0 3 in time", 0, 3, 9, "", "a");
    timed("0 3 late", 0, 3, 9, "", 0);
    timed("3 3 late", 3, 3, 9, "ab", 0);
    timed("3 3 in time", 3, 3, 9, "a", "bc");
    timed("9 2 goes on", 9, 2, 9, "a", "b");
    timed("1 0", 1, 0, 9, "", "x");
}

static volatile sig_atomic_t got[65];
static void on(int s) { got[s]++; }
static void handle(int s, int flags) { struct sigaction a; memset(&a, 0, sizeof a); a.sa_handler = on; a.sa_flags = flags; sigaction(s, &a, 0); }
static void status(const char *what, pid_t p) {
    int st; pid_t r = waitpid(p, &st, WUNTRACED | WCONTINUED);
    if (r < 0) { result(what, r); return; }
    printf("%s: ", what);
    if (WIFEXITED(st)) printf("exit %d\n", WEXITSTATUS(st));
    else if (WIFSIGNALED(st)) printf("killed %d\n", WTERMSIG(st));
    else if (WIFSTOPPED(st)) printf("stopped %d\n", WSTOPSIG(st));
    else printf("continued\n");
}
/* A job in a group of its own. */
static pid_t job(void (*work)(void)) {
    pid_t p = fork();
    if (!p) { close(master); setpgid(0, 0); signal(SIGTTOU, SIG_DFL); signal(SIGINT, SIG_DFL); signal(SIGHUP, SIG_DFL); signal(SIGCONT, SIG_DFL); work(); _exit(0); }
    setpgid(p, p); usleep(20000);
    return p;
}
static void reads(void) { char b[16]; int r = read(0, b, 16); show("job read", b, r); }
static void writes(void) { int r = write(1, "bg\n", 3); fprintf(stderr, "job write %d\n", r); }
static void waits(void) { for (;;) pause(); }
static void foreground(void) { int r = tcsetpgrp(0, getpgrp()); result("job tcsetpgrp", r); }
static void settings(void) { struct termios t; tcgetattr(0, &t); result("job tcsetattr", tcsetattr(0, TCSANOW, &t)); }
static void ignores(void) { signal(SIGTTIN, SIG_IGN); signal(SIGTTOU, SIG_IGN); char b; result("ignoring read", read(0, &b, 1)); result("ignoring set", tcsetpgrp(0, getpgrp())); tcsetpgrp(0, getppid()); }
static void orphan(void) {
    pid_t p = fork();
    if (p) _exit(0);
    usleep(60000); char b; result("orphan read", read(0, &b, 1)); result("orphan write", write(1, "!", 1)); result("orphan set", tcsetpgrp(0, getpgrp())); kill(getpid(), SIGTSTP); printf("not stopped\n"); _exit(0);
}
static int copy_of_stdout;
static void stat_line(const char *what) {
    char text[512]; int f = open("/proc/self/stat", O_RDONLY), n = read(f, text, 511); close(f); text[n > 0 ? n : 0] = 0;
    int group, session, tty, foreground; char *after = strrchr(text, ')');
    sscanf(after + 4, "%*d %d %d %d %d", &group, &session, &tty, &foreground);
    struct stat st; fstat(0, &st);
    printf("%s: own session %d, terminal %d, foreground own %d none %d\n", what, session == getpid(), tty == 0 ? 0 : tty == (int)st.st_rdev ? 1 : 2, foreground == getpgrp(), foreground == -1);
}
static void shell(void) {
    char name[64]; int n; ioctl(master, TIOCGPTN, &n); snprintf(name, sizeof name, "/dev/pts/%d", n);
    close(slave); setsid(); close(0);
    result("no terminal", open("/dev/tty", O_RDWR));
    slave = open(name, O_RDWR); result("controlling", slave);
    int own = tcgetpgrp(slave) == getpid(), sid = -1; ioctl(slave, TIOCGSID, &sid); printf("foreground %d session %d\n", own, sid == getpid());
    result("again", ioctl(slave, TIOCSCTTY, 0));
    int tty = open("/dev/tty", O_RDWR); printf("tty %d same group %d\n", tty >= 0, tcgetpgrp(tty) == getpid()); close(tty);
    n = sid; ioctl(master, TIOCGPGRP, &n); printf("master sees %d\n", n == getpid());
    n = 999999; result("no such group", ioctl(0, TIOCSPGRP, &n)); n = -1; result("bad group", ioctl(0, TIOCSPGRP, &n)); n = getppid(); result("other session", ioctl(0, TIOCSPGRP, &n));
    dup2(0, 9);
    handle(SIGINT, 0); handle(SIGWINCH, SA_RESTART); handle(SIGQUIT, 0); signal(SIGTTOU, SIG_IGN);
    type("\x03"); usleep(30000); printf("SIGINT %d\n", got[SIGINT]); type("\x1c"); usleep(30000); printf("SIGQUIT %d\n", got[SIGQUIT]);
    struct winsize w = {20, 70, 0, 0}; ioctl(master, TIOCSWINSZ, &w); ioctl(master, TIOCSWINSZ, &w); usleep(30000); printf("SIGWINCH %d\n", got[SIGWINCH]);
    n = SIGINT; result("TIOCSIG", ioctl(master, TIOCSIG, SIGINT)); usleep(30000); printf("SIGINT %d\n", got[SIGINT]); result("TIOCSIG", ioctl(master, TIOCSIG, SIGTERM));
    stat_line("shell");
    pid_t p = job(reads); status("background read", p); tcsetpgrp(0, p); kill(-p, SIGCONT); status("goes on", p); type("line\r"); status("read", p); tcsetpgrp(0, getpid());
    p = job(waits); tcsetpgrp(0, p); type("\x1a"); status("^Z", p); kill(-p, SIGCONT); status("SIGCONT", p); type("\x03"); status("^C", p); printf("SIGINT %d\n", got[SIGINT]); tcsetpgrp(0, getpid());
    p = job(foreground); status("tcsetpgrp", p); kill(-p, SIGKILL); status("killed", p);
    p = job(settings); status("tcsetattr", p); kill(-p, SIGKILL); status("killed", p);
    p = job(ignores); status("ignores", p); tcsetpgrp(0, getpid());
    p = job(orphan); status("orphan's parent", p); usleep(150000);
    struct termios t; tcgetattr(0, &t); t.c_lflag |= TOSTOP; tcsetattr(0, TCSANOW, &t);
    dup2(0, 1); p = job(writes); dup2(copy_of_stdout, 1); status("background write", p); kill(-p, SIGKILL); status("killed", p);
    t.c_lflag &= ~TOSTOP; tcsetattr(0, TCSANOW, &t);
    dup2(0, 1); p = job(writes); dup2(copy_of_stdout, 1); status("without TOSTOP", p);
    drain("shown", master);
    handle(SIGHUP, 0); handle(SIGCONT, 0);
    p = job(waits); tcsetpgrp(0, p);
    result("give up", ioctl(0, TIOCNOTTY)); usleep(30000); status("foreground", p); printf("SIGHUP %d SIGCONT %d\n", got[SIGHUP], got[SIGCONT]); stat_line("without");
    result("take", ioctl(0, TIOCSCTTY, 0)); printf("foreground %d\n", tcgetpgrp(0) == getpid());
    p = job(waits); tcsetpgrp(0, p);
    close(master); usleep(30000);
    printf("SIGHUP %d SIGCONT %d\n", got[SIGHUP], got[SIGCONT]); char b; result("read", read(0, &b, 1)); result("tty", open("/dev/tty", O_RDWR)); stat_line("hung up");
    fflush(stdout);
}
static void sessions(void) {
    open_pair(); fflush(stdout); copy_of_stdout = dup(1);
    pid_t p = fork();
    if (!p) { shell(); _exit(3); }
    close(master); status("shell", p); close(slave);
    /* The foreground hears of the end of the session's leader. */
    int e[2]; pipe(e); open_pair(); fflush(stdout);
    if (!(p = fork())) {
        setsid(); ioctl(slave, TIOCSCTTY, 0); signal(SIGTTOU, SIG_IGN); dup2(slave, 0);
        /* Only the job has the other end of this pipe: it is at its end when the job is, whoever reaps it. */
        int w[2]; pipe(w); pid_t q = job(waits); tcsetpgrp(0, q); close(w[1]); fcntl(w[0], F_SETFL, O_NONBLOCK); pid_t r = fork();
        if (!r) { setpgid(0, 0); close(e[0]); usleep(80000); char c; int st = read(w[0], &c, 1); dprintf(e[1], "job %d terminal %d\n", st, open("/dev/tty", O_RDWR) < 0 ? errno : 0); _exit(0); }
        setpgid(r, r); _exit(0);
    }
    close(e[1]); status("leader", p); char b[64]; int n = read(e[0], b, 64); show("survivor", b, n); close(e[0]); close_pair();
}

int main(void) {
    setvbuf(stdout, 0, _IOLBF, 0);
    signal(SIGHUP, SIG_DFL); signal(SIGINT, SIG_DFL); signal(SIGQUIT, SIG_DFL);
    int s; if (!fork()) { names(); lines(); outputs(); times_(); _exit(0); }
    wait(&s); printf("first part %x\n", s);
    sessions();
    return 0;
}
