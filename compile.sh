#!/bin/sh
# Makes neurald one executable file. ./compile.sh --help explains it.
#
# Everything is bundled into a temporary folder first:
#
#   main.mjs                 the program; its import.meta.url stands for main.ts
#   NAME_worker.ts, .mjs     each thread's program, where main.mjs looks for it
#   data/...                 the demo's corpus, where main.mjs looks for it
#
# That folder is then embedded in the runtime of `deno compile` or, where this
# runtime cannot be had, packed together with Deno itself behind
# executable/self_extracting.sh.
set -eu

# What neurald may do: answer and ask over the network, use files wherever it is
# told to, find the folder for its state, see whether its log goes to systemd's
# journal, name its host to those it shares a store with, and see how full a
# disk is and whether it may write a folder. It starts no programs, loads no
# libraries and imports no code.
PERMISSIONS="--no-prompt --deny-import --allow-net --allow-read --allow-write \
--allow-env=STATE_DIRECTORY,XDG_STATE_HOME,HOME,NEURALD_TOKEN,JOURNAL_STREAM \
--allow-sys=hostname,statfs,uid"

# So that each thread may do less.
FEATURES=--unstable-worker-options

CORPUS=data/spamassassin.rspamd-4.1.6.jsonl.zst
DENO_PACKAGE=deno@2.8.3
DOWNLOAD_LIMIT_MS=300000
TARGETS="x86_64-unknown-linux-gnu aarch64-unknown-linux-gnu \
x86_64-apple-darwin aarch64-apple-darwin"

usage() {
  cat <<'END'
usage: ./compile.sh [-o FILE] [--target TARGET] [--self-extracting]

Makes neurald one executable file.

  -o FILE            where it goes (default ./neurald)
  --target TARGET    the machine it is for (default: one like this)
  --self-extracting  pack Deno itself, to be unpacked at the first start; also
                     done if the runtime of deno compile cannot be downloaded

Environment:
  DENO        the deno to use (default: the one on PATH, or else npm's)
  DENORT_BIN  the runtime of deno compile (default: it is downloaded)

Targets:
END
  # shellcheck disable=SC2086 # several targets
  printf '  %s\n' $TARGETS
}

step() {
  printf 'compile.sh: %s\n' "$*" >&2
}

fail() {
  step "$*"
  exit 1
}

misused() {
  step "$*; see ./compile.sh --help"
  exit 2
}

# Prints the path of the deno to use.
find_deno() {
  if [ -n "${DENO:-}" ]; then
    command -v "$DENO" >/dev/null || fail "DENO: there is no program $DENO"
    set -- "$DENO"
  elif command -v deno >/dev/null; then
    set -- deno
  elif command -v npx >/dev/null; then
    set -- npx -y "$DENO_PACKAGE"
  else
    fail "deno is needed: put it on PATH, or name it by DENO"
  fi
  path=$("$@" eval --no-config 'console.log(Deno.execPath())') || path=
  [ -x "$path" ] || fail "$* is no deno that works"
  printf '%s\n' "$path"
}

# Evaluates an expression, whose arguments follow.
evaluate() {
  "$deno" eval --no-config --print "$@"
}

# Runs deno with the arguments. It may have to download something, so its time
# is limited: the status is 124 if it takes longer.
deno_within_limit() {
  "$deno" eval --no-config '
    const [limitMs, ...args] = Deno.args;
    const signal = AbortSignal.timeout(Number(limitMs));
    const deno = new Deno.Command(Deno.execPath(), { args, signal }).spawn();
    const { code } = await deno.status;
    Deno.exit(signal.aborted ? 124 : code);
  ' -- "$DOWNLOAD_LIMIT_MS" "$@"
}

# bundle SOURCE FILE: makes a module and all that it imports one file.
bundle() {
  deno_within_limit bundle --quiet --frozen --minify \
    --output "$program/$2" "$1" || fail "$1 cannot be bundled"
}

# Fills the folder $program.
make_program() {
  mkdir -p "$program/data"
  cp "$CORPUS" "$program/data/"
  bundle main.ts main.mjs
  for worker in $(find lib -name '*_worker.ts' | sort); do
    name=$(basename "$worker" .ts)
    [ ! -e "$program/$name.ts" ] || fail "two workers are called $name.ts"
    bundle "$worker" "$name.mjs"
    # main.mjs names a worker by its source. The bundle has another name since
    # it is JavaScript, in which a<b>(c) means something else.
    echo "import \"./$name.mjs\";" >"$program/$name.ts"
  done
}

# Makes $built by deno compile, or changes $kind if its runtime cannot be had.
compile() {
  set --
  for worker in "$program"/*_worker.ts; do
    set -- "$@" --include "${worker##*/}"
  done
  status=0
  # Without --no-code-cache it would trust a file of a known name in /tmp.
  # shellcheck disable=SC2086 # several flags
  (
    cd "$program" && deno_within_limit compile --no-check --no-config \
      --no-lock --no-code-cache $FEATURES $PERMISSIONS --include "$CORPUS" "$@" \
      --target "$target" --output "$built" main.mjs
  ) >"$work/log" 2>&1 || status=$?
  if [ "$status" -eq 0 ]; then
    is_for_target || fail "what was made is no program for $target: \
DENORT_BIN, if it is set, has to be the runtime for that"
    return
  elif [ -n "${DENORT_BIN+set}" ] || ! is_download_problem; then
    cat "$work/log" >&2
    fail "deno compile failed"
  fi
  step "the runtime of deno compile cannot be downloaded"
  kind=self-extracting
}

# True if the first bytes of $built are those of a program for $target: deno
# compile takes any runtime that it is given.
is_for_target() {
  case "$target $(od -An -tx1 -N20 "$built" | tr -d ' \n')" in
  "x86_64-unknown-linux-gnu 7f454c46"*3e00) ;;
  "aarch64-unknown-linux-gnu 7f454c46"*b700) ;;
  "x86_64-apple-darwin cffaedfe07000001"*) ;;
  "aarch64-apple-darwin cffaedfe0c000001"*) ;;
  *) return 1 ;;
  esac
}

# True if deno compile ended with $status for want of its runtime.
is_download_problem() {
  [ "$status" -eq 124 ] || grep -q 'Setting up base binary' "$work/log"
}

# Makes $built of executable/self_extracting.sh and what it unpacks.
# shellcheck disable=SC2086 # several files
pack() {
  stub=$sources/executable/self_extracting.sh
  cp "$deno" "$program/deno"
  chmod 700 "$program/deno"
  cd "$program"
  small_files=$(find . -type f ! -name deno | sed 's|^\./||' | sort | xargs)
  # The stub notices a change of deno by its time.
  TZ=UTC0 touch -t 202001010000 deno $small_files
  tar -cf - deno $small_files | gzip -n >"$work/payload"
  payload_sum=$(evaluate '(new Uint8Array(await crypto.subtle.digest("SHA-256",
    await Deno.readFile(Deno.args[0])))).toHex().slice(0, 16)' -- "$work/payload")
  cat >"$work/head" <<END
#!/bin/sh
flags='$FEATURES $PERMISSIONS'
small_files='$small_files'
small_sums='$(cksum $small_files)'
deno_sum='$(cksum deno)'
deno_ends_sum='$({ head -c 4096 deno && tail -c 4096 deno; } | cksum)'
payload_sum=$payload_sum
payload_line=PAYLOAD_LINE
END
  lines=$(cat "$work/head" "$stub" | wc -l)
  {
    sed "s/PAYLOAD_LINE/$((lines + 1))/" "$work/head"
    cat "$stub" "$work/payload"
  } >"$built"
  chmod 755 "$built"
}

output=./neurald
target=
kind=compiled
while [ $# -gt 0 ]; do
  case $1 in
  -o | --target)
    [ -n "${2:-}" ] || misused "$1 needs a value"
    if [ "$1" = -o ]; then output=$2; else target=$2; fi
    shift
    ;;
  --self-extracting) kind=self-extracting ;;
  -h | --help)
    usage
    exit
    ;;
  *) misused "there is no flag $1" ;;
  esac
  shift
done
case " $TARGETS " in
*" ${target:-x86_64-unknown-linux-gnu} "*) ;;
*) misused "--target: there is no $target" ;;
esac
[ ! -d "$output" ] || misused "-o: $output is a folder"

sources=$(cd "$(dirname "$0")" && pwd)
folder=$(cd "$(dirname "$output")" 2>/dev/null && pwd) ||
  fail "there is no folder $(dirname "$output")"
output=$folder/$(basename "$output")
[ -n "${DENORT_BIN:-}" ] || unset DENORT_BIN
deno=$(find_deno)
machine=$(evaluate Deno.build.target)
target=${target:-$machine}

# Beside the output, where a file can be renamed to it.
work=$(mktemp -d "$folder/.neurald-XXXXXX" 2>/dev/null) ||
  fail "cannot write to $folder"
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT PIPE TERM
program=$work/program
built=$work/neurald
cd "$sources"

step "bundling with $deno"
make_program
if [ $kind = compiled ]; then
  step "compiling for $target"
  compile
fi
if [ $kind = self-extracting ]; then
  [ "$target" = "$machine" ] ||
    fail "an executable for $target cannot be made of a deno for $machine"
  step "packing the program and Deno"
  pack
fi
if [ "$target" = "$machine" ]; then
  step "trying it"
  unset CACHE_DIRECTORY
  XDG_CACHE_HOME=$work/cache "$built" --version >&2 ||
    fail "what was made does not work"
fi
mv -f "$built" "$output"
step "$output is ready"
