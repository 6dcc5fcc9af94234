#!/usr/bin/env bash
# Installs the Debian/Ubuntu packages of the named groups that are missing.
#   scripts/install-system.sh ocr stack browser
# ocr: Tesseract with English, Korean and orientation data · stack: Redis (or Valkey) and fonts, for a stack on this machine
# browser: Chromium, for the tests · python: the parts of Python that Debian packages separately
# kie: OpenMP, which LightGBM needs
# rivals: poppler's programs, which pdf2image needs (benchmarks/intake)
# clock: libfaketime, for tests of hosts with a wrong clock
# bare: debootstrap, for tests of images and benchmarks/install
# fonts: the fonts of the generator of printed pages (synthetic/printing), for tests and training
# line-fonts: further fonts of printed lines (synthetic/printing/lines), for the training of the reader alone
# APT_LISTS_ARE_NEW=1: without apt-get update, which has just been run.
# Used by scripts/setup.sh and by the Dockerfiles.
set -euo pipefail

fail() { echo "install-system: $*" >&2; exit 2; }

has_languages() {
  local listed
  listed=$(tesseract --list-langs 2>/dev/null) || return 1
  for language in eng kor osd; do grep -qx "$language" <<<"$listed" || return 1; done
}

# Reads lines "package file"; prints the package of each font whose file is missing.
missing_files() {
  while read -r package file; do
    [ -e "/usr/share/fonts/$file" ] || echo "$package"
  done
}

missing_fonts() {
  missing_files <<'END'
fonts-dejavu-core truetype/dejavu/DejaVuSans.ttf
fonts-nanum truetype/nanum/NanumGothic.ttf
fonts-liberation truetype/liberation/LiberationSans-Regular.ttf
fonts-crosextra-carlito truetype/crosextra/Carlito-Regular.ttf
fonts-crosextra-caladea truetype/crosextra/Caladea-Regular.ttf
fonts-courier-prime opentype/courier-prime/Courier Prime.otf
fonts-gnutypewriter truetype/gnutypewriter/GNUTypewriter.ttf
fonts-baekmuk truetype/baekmuk/batang.ttf
fonts-lexi-gulim truetype/lexi/LexiGulim.ttf
fonts-lexi-saebom truetype/lexi/LexiSaebomR.ttf
fonts-nanum-extra truetype/nanum/NanumPen.ttf
END
}

missing_line_fonts() {
  missing_files <<'END'
fonts-unfonts-core truetype/unfonts-core/UnBatang.ttf
fonts-unfonts-extra truetype/unfonts-extra/UnTaza.ttf
fonts-alee truetype/alee/Bandal.ttf
fonts-woowa-bm truetype/woowa-bm/BMJUA_ttf.ttf
fonts-noto-cjk opentype/noto/NotoSansCJK-Regular.ttc
fonts-naver-d2coding truetype/naver-d2coding/D2Coding-Ver1.3.2-20180524-all.ttc
fonts-nanum-eco truetype/nanum/NanumGothicEco.ttf
fonts-inconsolata truetype/inconsolata/Inconsolata.otf
fonts-roboto-unhinted truetype/roboto/unhinted/RobotoTTF/Roboto-Regular.ttf
fonts-open-sans truetype/open-sans/OpenSans-Regular.ttf
fonts-freefont-ttf truetype/freefont/FreeSans.ttf
fonts-urw-base35 opentype/urw-base35/NimbusSans-Regular.otf
fonts-hack truetype/hack/Hack-Regular.ttf
fonts-ocr-b opentype/ocr-b/OCRB.otf
END
}

# Checks abilities, not packages: a Tesseract built by hand or a Redis from elsewhere is as good.
missing() {
  case $1 in
    ocr) has_languages || echo tesseract-ocr tesseract-ocr-eng tesseract-ocr-kor tesseract-ocr-osd ;;
    stack)
      command -v redis-server >/dev/null || command -v valkey-server >/dev/null || echo redis-server
      [ -e /usr/share/fonts/truetype/nanum/NanumGothic.ttf ] || echo fonts-nanum
      [ -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf ] || echo fonts-dejavu-core ;;
    fonts) missing_fonts ;;
    line-fonts) missing_line_fonts ;;
    rivals) command -v pdftoppm >/dev/null || echo poppler-utils ;;
    clock) compgen -G '/usr/lib/*/faketime/libfaketimeMT.so.1' >/dev/null || echo libfaketime ;;
    bare) PATH=$PATH:/usr/sbin command -v debootstrap >/dev/null || echo debootstrap ;;
    # Not by a pipe into grep -q: grep ends at its match, and pipefail takes ldconfig's broken pipe for "missing".
    kie) [[ $(PATH=$PATH:/usr/sbin:/sbin ldconfig -p) == *libgomp.so.1* ]] || echo libgomp1 ;;
    # Runs --version, because Ubuntu's package only points to a snap.
    browser) { chromium --version || chromium-browser --version; } >/dev/null 2>&1 || echo chromium ;;
    python) "${PYTHON:-python3}" -c 'import ensurepip, venv' 2>/dev/null || echo python3 python3-venv ;;
    *) fail "no group \"$1\"; the groups are: ocr stack fonts line-fonts kie rivals clock browser bare python" ;;
  esac
}

needed() { for group in "$@"; do missing "$group"; done; }

packages=$(needed "$@" | tr '\n' ' ')
[ -n "${packages// /}" ] || exit 0

command -v apt-get >/dev/null || fail "these packages are missing, and there is no apt-get to install them: $packages"
as_root=()
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || fail "no root and no sudo: ask an administrator for apt-get install $packages"
  as_root=(sudo)
  if [ ! -t 0 ]; then
    sudo -n true 2>/dev/null || fail "sudo wants a password and there is no terminal: run apt-get install $packages first"
  fi
fi

apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=2 "$@"
}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
explain() {
  tail -n 15 "$log" >&2
  grep -qi 'no space left' "$log" && fail "the disk is full"
  grep -qiE 'could not resolve|failed to fetch|unable to connect' "$log" && fail "no network: the package servers cannot be reached"
  fail "apt-get could not install $packages (its last lines stand above)"
}
# shellcheck disable=SC2086  # a list of words
{ { [ "${APT_LISTS_ARE_NEW:-}" ] || apt update; } && apt -o APT::Keep-Downloaded-Packages=false install --no-install-recommends -y $packages; } >"$log" 2>&1 </dev/null || explain

still=$(needed "$@" | tr '\n' ' ')
[ "${still// /}" != chromium ] || fail "Ubuntu has Chromium as a snap only, and the tests need one: snap install chromium"
[ -z "${still// /}" ] || fail "installed, but not found on PATH=$PATH: $still"
echo "installed: $packages"
