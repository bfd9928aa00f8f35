set detach-on-fork off
break in_child
break in_parent
continue
set schedule-multiple on
continue
continue
info inferiors
reverse-continue
reverse-continue
kill
