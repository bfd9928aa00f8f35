set follow-fork-mode child
break in_child
continue
print n
finish
continue
