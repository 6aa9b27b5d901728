# Runs when a message is moved or copied out of Junk.
require ["vnd.dovecot.pipe", "copy", "imapsieve", "environment"];

# Throwing spam away does not make it ham.
if environment :matches "imap.mailbox" ["Trash*", "Deleted*"] {
  stop;
}

pipe :copy "neurald-teach" ["ham"];
