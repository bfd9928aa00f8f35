set detach-on-fork off
break in_parent
continue
kill inferiors 2
info inferiors
break behind
continue
reverse-continue
continue
kill
