# Runs when a message is moved or copied to Junk.
require ["vnd.dovecot.pipe", "copy", "imapsieve"];

pipe :copy "neurald-teach" ["spam"];
