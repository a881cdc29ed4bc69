# Sourced by scripts/demo, scripts/test and scripts/serve: a virtual environment with exactly the hashed requirements.
# VIVA_VENV chooses another place than .venv. Sets PYTHON.

ensure_environment() { # $1: requirements file
  local requirements="$1" venv="${VIVA_VENV:-.venv}" stamp wanted
  if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Python 3.11 or later is needed: install it (Debian: sudo apt-get install python3 python3-venv), then run this again." >&2
    exit 2
  fi
  if [ ! -x "$venv/bin/python" ]; then
    echo "Making a virtual environment in $venv ..."
    if ! python3 -m venv "$venv" >/tmp/viva-venv.$$ 2>&1; then
      cat /tmp/viva-venv.$$ >&2
      rm -f /tmp/viva-venv.$$
      rm -rf "$venv"
      echo "Python's venv module is missing. Run: sudo apt-get install -y python3-venv    and then this again." >&2
      exit 2
    fi
    rm -f /tmp/viva-venv.$$
  fi
  PYTHON="$venv/bin/python"
  stamp="$venv/.installed-$(basename "$requirements")"
  wanted=$(sha256sum "$requirements" | cut -d' ' -f1)
  if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
    echo "Installing $(grep -c '^[a-z0-9].*==' "$requirements") packages from $requirements (once; about a minute) ..."
    "$PYTHON" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$requirements" || {
      echo "The packages could not be installed; the lines above say why. Check the network and run this again." >&2
      exit 2
    }
    echo "$wanted" > "$stamp"
  fi
}
