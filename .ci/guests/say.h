/* What guests that check calls share: what a call came to, with or without the call as it is written. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

static void say_(const char *what, long r) {
    int e = errno;
    if (r == -1) printf("%s: %s\n", what, strerror(e)); else printf("%s: %ld\n", what, r);
    errno = 0;
}
#define say(call) say_(#call, (long)(call))

static const char *told(long r) { return r < 0 ? strerrorname_np(errno) : "ok"; }
