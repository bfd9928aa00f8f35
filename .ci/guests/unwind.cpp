#include <csignal>
#include <cstdio>
#include <execinfo.h>
#include <stdexcept>
#include <cstring>
static void thrower(int s) { throw s; }
static int depth;
extern "C" void counter(int) { void *a[32]; depth = backtrace(a, 32); }
struct Guard { ~Guard() { std::puts("unwound"); } };
__attribute__((noinline)) int touch(volatile int *p) { Guard g; return *p; }
int main() {
    for (int flags : {SA_NODEFER, SA_NODEFER | SA_SIGINFO}) {
        struct sigaction action;
        std::memset(&action, 0, sizeof action);
        action.sa_handler = thrower;
        action.sa_flags = flags;
        sigaction(SIGSEGV, &action, nullptr);
        try { touch(nullptr); std::puts("nothing"); }
        catch (int s) { std::printf("caught %d\n", s); }
        action.sa_handler = counter;
        sigaction(SIGUSR1, &action, nullptr);
        raise(SIGUSR1);
        std::printf("depth %d\n", depth > 4);
    }
}
