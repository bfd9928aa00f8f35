set follow-fork-mode child
handle SIGUSR1 nostop noprint
catch exec
continue
tbreak again
continue
backtrace
finish
continue
