# What ./run and ./test share: packages, Node, npm folders, configured and built presets. To be sourced from the root
# of the project by bash. Every step is one line; what a step prints goes to a log that is shown when it fails.

export LC_ALL=C.UTF-8
root=$PWD
# Debian's npm runs on Debian's Node alone (its modules lie outside of any node_modules), so npm never sees our own.
path_of_npm=$PATH
logs=$root/build/log

packages_to_run=(
  build-essential clang-19 lld-19 cmake ninja-build ccache python3 ca-certificates
  libboost1.81-dev libboost-json1.81-dev libssl-dev zlib1g-dev nlohmann-json3-dev libsqlite3-dev libcrypt-dev
  libspdlog-dev libcli11-dev libgtest-dev libbenchmark-dev libpq-dev libhiredis-dev libjemalloc-dev
)
packages_to_test=(
  git openssl python3-yaml python3-prometheus-client clang-tidy-19 clang-format-19 libclang-rt-19-dev pkgconf doxygen
  chromium fonts-dejavu-core fonts-lohit-deva  # a browser, and letters for it: Latin and Devanagari
)
# Tests start their own, each in a folder of its own.
servers_to_test=(postgresql pgbouncer nginx haproxy redis-server redis-sentinel)

step() { printf '== %s\n' "$*" >&2; }
die() {
  printf '%s\n' "$*" >&2
  exit 1
}

# quietly <name> <command …>: runs the command into build/log/<name>.log, and shows its end when it fails.
quietly() {
  local name=$1
  shift
  mkdir -p "$logs"
  if ! "$@" >"$logs/$name.log" 2>&1 </dev/null; then
    tail -n 60 "$logs/$name.log" >&2
    die "This failed: $* (all of its output is in build/log/$name.log)"
  fi
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  else
    sudo -n "$@" 2>/dev/null || sudo "$@"
  fi
}

# missing_packages <package …>: fills the array `missing` with those that are not installed.
missing_packages() {
  local package
  missing=()
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
}

# Installs those of the named Debian packages that are missing; touches nothing when none is.
install_packages() {
  local missing
  missing_packages "$@"
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
    die "These Debian packages are missing and there is neither root nor sudo to install them: ${missing[*]}"
  fi
  step "Installing with apt: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  quietly apt-update as_root apt-get update -q
  quietly apt-install as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
}

# The same for packages of servers, which Debian would start at once and again at every boot: no cluster is made, nothing
# is started, and whatever of this was set up differently before stays as it was.
install_servers() (
  missing_packages "$@"
  [ ${#missing[@]} -gt 0 ] || return 0
  clusters=/etc/postgresql-common/createcluster.d/quickclinic.conf
  services=/usr/sbin/policy-rc.d
  [ ! -e "$services" ] || services=
  trap 'as_root rm -f "$clusters" ${services:+"$services"}' EXIT
  echo 'create_main_cluster = false' | as_root install -D -m 644 /dev/stdin "$clusters"
  [ -z "$services" ] || printf '#!/bin/sh\nexit 101\n' | as_root install -m 755 /dev/stdin "$services"
  install_packages "${missing[@]}"
  local server
  for server in pgbouncer nginx haproxy redis-server redis-sentinel; do
    case " ${missing[*]} " in
      *" $server "*) quietly "$server-off" as_root update-rc.d "$server" disable ;;
    esac
  done
)

node_is_new_enough() {
  "$1" -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' >/dev/null 2>&1
}

# Puts a Node of version 20 or newer first on the PATH: the one that is there, the project's own, or a new one from npm.
provide_node() {
  if command -v node >/dev/null && node_is_new_enough node && command -v npm >/dev/null; then return 0; fi
  local machine
  case $(uname -m) in
    x86_64) machine=x64 ;;
    aarch64) machine=arm64 ;;
    *) die "There is no Node 20 on the PATH, and none to be had for $(uname -m)." ;;
  esac
  local own=$root/.node/node_modules/node-linux-$machine/bin
  if ! node_is_new_enough "$own/node"; then
    command -v npm >/dev/null || install_packages nodejs npm
    step "Fetching Node 22 into .node"
    quietly node env PATH="$path_of_npm" npm install --prefix "$root/.node" --ignore-scripts --no-save --no-audit --no-fund --loglevel=error "node-linux-$machine@22"
    node_is_new_enough "$own/node" || die "The Node that npm fetched into .node does not run."
  fi
  command -v npm >/dev/null || install_packages nodejs npm
  export PATH=$own:$PATH
}

# npm_folder <folder>: installs what its lock file names, when that has changed since the last time.
npm_folder() {
  local folder=$1
  local mark=$folder/node_modules/.installed-lock
  cmp -s "$folder/package-lock.json" "$mark" && return 0
  step "Installing npm packages of $folder"
  quietly "npm-${folder//\//-}" env PATH="$path_of_npm" npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --loglevel=error
  cp "$folder/package-lock.json" "$mark"
}

# What the web front end is made of, as one line that changes with any of it.
web_sources() {
  find web \( -name node_modules -o -name .next -o -name out -o -name e2e \) -prune \
    -o -type f ! -name '*.test.*' ! -name '*.tsbuildinfo' ! -name next-env.d.ts -print0 |
    sort -z | xargs -0 sha256sum | sha256sum
}

# Exports the web front end and packs it into build/web/web.pack, which the program carries inside itself, when a source
# of it has changed since the last time.
web() {
  provide_node
  npm_folder web
  local mark=build/web/.sources sources
  sources=$(web_sources)
  if [ -f build/web/web.pack ] && [ "$sources" = "$(cat "$mark" 2>/dev/null)" ]; then return 0; fi
  step "Building the web front end"
  quietly web-export env -C web NEXT_TELEMETRY_DISABLED=1 QUICKCLINIC_EXPORT=1 node_modules/.bin/next build
  quietly web-eager node web/scripts/eager_modules.mjs
  quietly web-pack node web/scripts/pack.mjs
  printf '%s\n' "$sources" >"$mark"
}

# build <preset> [targets …]: configures the preset once and lets ninja decide what is out of date.
build() {
  local preset=$1
  shift
  step "Building $preset"
  [ -f "build/$preset/build.ninja" ] || quietly "configure-$preset" cmake --preset "$preset"
  quietly "build-$preset" ninja -C "build/$preset" "$@"
}
