set detach-on-fork off
set follow-fork-mode child
break in_child
continue
info inferiors
detach inferiors 1
info inferiors
continue
set follow-fork-mode parent
kill inferiors 2
info inferiors
