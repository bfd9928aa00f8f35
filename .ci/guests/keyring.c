/* Keys and keyrings: what there is, what is found, and who may do what. */
#define _GNU_SOURCE
#include <grp.h>
#include <linux/keyctl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "say.h"

#define add(type, name, data, size, ring) syscall(SYS_add_key, type, name, data, size, ring)
#define ask(type, name, more, ring) syscall(SYS_request_key, type, name, more, ring)
#define ctl(...) syscall(SYS_keyctl, __VA_ARGS__)
#define PROCESS KEY_SPEC_PROCESS_KEYRING
#define THREAD KEY_SPEC_THREAD_KEYRING

/* A number that differs from run to run is as good as any other. */
#define found(call) do { long r_ = (call); say_(#call, r_ > 0 ? 1 : r_); } while (0)

static char text[70000];

static void made(void) {
    say(ctl(KEYCTL_GET_KEYRING_ID, PROCESS, 0)); found(ctl(KEYCTL_GET_KEYRING_ID, PROCESS, 1));
    found(ctl(KEYCTL_GET_KEYRING_ID, PROCESS, 0)); found(ctl(KEYCTL_GET_KEYRING_ID, KEY_SPEC_USER_KEYRING, 0));
    found(ctl(KEYCTL_GET_KEYRING_ID, KEY_SPEC_USER_SESSION_KEYRING, 0)); say(ctl(KEYCTL_GET_KEYRING_ID, KEY_SPEC_GROUP_KEYRING, 0));
    say(ctl(KEYCTL_GET_KEYRING_ID, 0, 0)); say(ctl(KEYCTL_GET_KEYRING_ID, 1, 0));
    found(add("user", "one", "first", 5, PROCESS)); say(add("user", "", "x", 1, PROCESS)); say(add("user", 0, "x", 1, PROCESS));
    say(add("none", "a", "x", 1, PROCESS)); say(add(".none", "a", "x", 1, PROCESS)); say(add("user", "a", 0, 0, PROCESS));
    say(add("user", "a", (void *)-4096l, 5, PROCESS)); say(add("user", "a", text, 32768, PROCESS)); say(add("keyring", "r", "x", 1, PROCESS));
    say(add("keyring", ".r", 0, 0, PROCESS)); say(add("logon", "plain", "x", 1, PROCESS)); found(add("logon", "a:b", "x", 1, PROCESS));
    found(add("user", "big", text, 32767, PROCESS)); say(add("user", "a", "x", 1, 0)); say(add("user", "a", "x", 1, -99));
    say(add("0123456789012345678901234567890123456789", "a", "x", 1, PROCESS));
}

static void used(void) {
    long one = ask("user", "one", 0, 0), again;
    found(one); say(ctl(KEYCTL_READ, one, text, 100)); text[5] = 0; puts(text); say(ctl(KEYCTL_READ, one, text, 2)); say(ctl(KEYCTL_READ, one, 0, 0));
    again = add("user", "one", "second", 6, PROCESS); say(again == one); say(ctl(KEYCTL_READ, one, text, 100));
    say(ctl(KEYCTL_UPDATE, one, "xy", 2)); say(ctl(KEYCTL_READ, one, text, 100)); say(ctl(KEYCTL_UPDATE, one, "", 0));
    say(ctl(KEYCTL_DESCRIBE, one, text, sizeof text)); puts(text); say(ctl(KEYCTL_SETPERM, one, -1)); say(ctl(KEYCTL_SETPERM, one, 0x3f3f0000));
    say(ctl(KEYCTL_CLEAR, one)); say(ctl(KEYCTL_LINK, PROCESS, one)); say(ctl(KEYCTL_LINK, one, THREAD)); say(ctl(KEYCTL_READ, THREAD, text, 100));
    say(ctl(KEYCTL_UNLINK, one, THREAD)); say(ctl(KEYCTL_UNLINK, one, THREAD)); say(ctl(KEYCTL_READ, THREAD, text, 100));
    long ring = add("keyring", "inner", 0, 0, PROCESS), deep = add("keyring", "deeper", 0, 0, ring), lost = add("user", "lost", "x", 1, deep);
    say(ask("user", "lost", 0, 0) == lost); say(ctl(KEYCTL_SEARCH, ring, "user", "lost", 0) == lost); say(ctl(KEYCTL_SEARCH, ring, "user", "one", 0));
    say(ctl(KEYCTL_LINK, ring, deep)); say(ctl(KEYCTL_UPDATE, ring, "x", 1)); say(ctl(KEYCTL_CLEAR, ring)); say(ask("user", "lost", 0, 0));
    say(ctl(KEYCTL_READ, ask("logon", "a:b", 0, 0), text, 100)); say(ask("user", "absent", 0, 0)); say(ask("none", "absent", 0, 0));
    say(ctl(KEYCTL_GET_SECURITY, one, text, 10)); say(ctl(KEYCTL_ASSUME_AUTHORITY, 0)); say(ctl(KEYCTL_NEGATE, one, 1, 0));
    say(ctl(KEYCTL_SET_TIMEOUT, one, 1)); usleep(1200000); say(ask("user", "one", 0, 0)); say(ctl(KEYCTL_READ, one, text, 100));
    long gone = add("user", "gone", "x", 1, PROCESS);
    say(ctl(KEYCTL_REVOKE, gone)); say(ctl(KEYCTL_READ, gone, text, 100)); say(ask("user", "gone", 0, 0)); say(ctl(KEYCTL_REVOKE, gone));
    gone = add("user", "gone", "y", 1, PROCESS); say(ctl(KEYCTL_READ, gone, text, 100)); say(ctl(KEYCTL_INVALIDATE, gone));
    say(ctl(KEYCTL_SET_REQKEY_KEYRING, -1)); say(ctl(KEYCTL_SET_REQKEY_KEYRING, 1)); say(ctl(KEYCTL_SET_REQKEY_KEYRING, -1));
    say(ctl(KEYCTL_SET_REQKEY_KEYRING, 6)); say(ctl(KEYCTL_SET_REQKEY_KEYRING, 8)); say(ctl(KEYCTL_SET_REQKEY_KEYRING, 0)); say(ctl(999));
}

static void shared(void) {
    found(ctl(KEYCTL_JOIN_SESSION_KEYRING, 0)); found(add("user", "ours", "x", 1, KEY_SPEC_SESSION_KEYRING));
    long mine = add("user", "mine", "x", 1, PROCESS);
    fflush(stdout);
    if (!fork()) {
        found(ask("user", "ours", 0, 0)); say(ask("user", "mine", 0, 0)); say(ctl(KEYCTL_READ, mine, text, 10));
        say(ctl(KEYCTL_DESCRIBE, mine, text, 100) > 0); say(ctl(KEYCTL_GET_KEYRING_ID, PROCESS, 0)); say(ctl(KEYCTL_UPDATE, mine, "x", 1));
        setgroups(0, 0); setresgid(65534, 65534, 65534); setresuid(65534, 65534, 65534);
        say(ctl(KEYCTL_DESCRIBE, mine, text, 100)); say(ctl(KEYCTL_REVOKE, mine)); say(ctl(KEYCTL_CHOWN, mine, 65534, -1));
        for (int i = 0; i < 300; i++) { sprintf(text, "%d", i); if (add("user", text, "x", 1, PROCESS) < 0) { say(i > 150 && i < 200); break; } }
        say(add("user", "more", "x", 1, PROCESS)); fflush(stdout); _exit(0);
    }
    wait(0);
}

int main(void) {
    made(); used(); shared();
    return 0;
}
