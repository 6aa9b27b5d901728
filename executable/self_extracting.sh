# The beginning of neurald's self-extracting executable. compile.sh puts lines
# before it that set variables, and after it the payload: a compressed archive
# of deno and the program's files.
#
# The payload is unpacked once, into a folder named after its checksum. A file
# gets there by being renamed, thus whole or not at all: several starts may do
# this at once, and a damaged folder is repaired under those who use it.
# shellcheck shell=sh disable=SC2154,SC3067

fail() {
  printf 'neurald: %s\n' "$1" >&2
  exit 1
}

# Makes a folder if it is not there. False if it cannot be made, or is someone
# else's, who could put other programs there.
own_folder() {
  [ -d "$1" ] || (umask 077 && mkdir -p "$1") 2>/dev/null
  [ -d "$1" ] && [ -O "$1" ]
}

# True if all files are there as they were unpacked. deno takes long to read, so
# of it only the size, the time of the last change, the beginning and the end are
# looked at.
# shellcheck disable=SC2012,SC2046,SC2086 # words; POSIX says what ls prints
is_intact() (
  [ -d "$folder" ] && [ -O "$folder" ] && cd "$folder" && [ -x deno ] || exit
  [ "$(cksum $small_files 2>/dev/null)" = "$small_sums" ] || exit
  set -- $(LC_ALL=C TZ=UTC0 ls -ln deno) $deno_sum
  [ "$5 $6 $7 $8" = "${11} Jan 1 2020" ] || exit
  ends=$({ head -c 4096 deno && tail -c 4096 deno; } 2>/dev/null | cksum)
  [ "$ends" = "$deno_ends_sum" ]
)

# Unpacks all files into a temporary folder, and puts them in their places.
# shellcheck disable=SC2086 # several files
unpack() (
  export LC_ALL=C
  # What a killed start has left is removed by a later one.
  find "$cache" -name '.unpacking-*' -prune -mtime +1 -exec rm -rf {} +
  unpacked=$(mktemp -d "$cache/.unpacking-XXXXXX" 2>/dev/null) ||
    fail "cannot write to $cache; $advice"
  trap 'rm -rf "$unpacked"' EXIT
  trap 'exit 1' INT PIPE TERM
  complaints=$(
    {
      tail -n "+$payload_line" "$0" | gzip -dc |
        (umask 077 && cd "$unpacked" && tar -xof -)
    } 2>&1
  )
  cd "$unpacked" || exit
  sums=$(cksum deno $small_files 2>/dev/null)
  if [ "$sums" != "$(printf '%s\n' "$deno_sum" "$small_sums")" ]; then
    case $complaints in
    *"No space"* | *quota*) fail "there is no space left in $cache; $advice" ;;
    esac
    fail "cannot unpack $0: $(printf %s "$complaints" | tr '\n' ' ')"
  fi
  ./deno --version >/dev/null 2>&1 ||
    fail "programs in $cache cannot be run; $advice"
  for place in "$folder" "$folder/data"; do
    own_folder "$place" || fail "$place is no folder of this user: remove it"
  done
  # Else a crash could leave files in their places that are empty.
  sync deno $small_files 2>/dev/null || sync
  for file in deno $small_files; do
    mv -f "$file" "$folder/$file" || exit
  done
)

# A reload that comes before neurald listens to it must not end it.
[ "${1:-}" != serve ] || trap '' HUP

advice="set XDG_CACHE_HOME to another folder"
if [ -n "${CACHE_DIRECTORY:-}" ]; then
  cache=${CACHE_DIRECTORY%%:*} # systemd's, which may name several
elif [ "${XDG_CACHE_HOME#/}" != "${XDG_CACHE_HOME:-}" ]; then # not relative
  cache=$XDG_CACHE_HOME/neurald
elif [ -n "${HOME:-}" ] && own_folder "$HOME/.cache/neurald"; then
  cache=$HOME/.cache/neurald
else
  cache=${TMPDIR:-/tmp}/neurald-$(id -u)
  [ ! -L "$cache" ] || fail "$cache is a link: remove it, or $advice"
fi
own_folder "$cache" || fail "$cache is no folder of this user; $advice"
folder=$cache/$payload_sum

is_intact || {
  unpack || exit 1
  is_intact || fail "$folder cannot be repaired: remove it"
}

# Deno is kept apart from other Denos and their settings. It would not start if
# it could not read what npm keeps in the home, so it gets another home, once
# neurald is told where its state is.
export DENO_DIR="$folder/deno_dir" DENO_NO_UPDATE_CHECK=1
export DENO_NO_PACKAGE_JSON=1
if [ -n "${HOME:-}" ]; then
  export XDG_STATE_HOME="${XDG_STATE_HOME:-$HOME/.local/state}" HOME="$folder"
fi
# shellcheck disable=SC2086 # several flags
exec "$folder/deno" run --quiet --no-config --no-lock --no-remote --no-npm \
  $flags "$folder/main.mjs" "$@"
# What follows is no text.
